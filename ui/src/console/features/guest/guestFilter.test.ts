import { describe, expect, test } from 'vitest'
import type { GuestCounts } from '@/shared/api/guests'
import type { Event, Guest } from '@/shared/api/types'
import { eventWithout, toAnswer } from './eventCounts'
import { countsWithout, filterOf, matching, noFilter, queryOf } from './guestFilter'
import { replaced } from './guestList'

const counts: GuestCounts = {
  total: 10,
  status: { none: 4, attending: 3, maybe: 1, declined: 1, waitlisted: 1, inside: 2 },
  band: { low: 3, medium: 1, high: 0, block: 0 },
  tags: [{ tag: 'family', guests: 2 }, { tag: 'band', guests: 1 }],
}

function guest(change: object = {}): Guest {
  return {
    id: 'g', name: 'Ana', tags: ['family', 'band'], party_size: 3, risk: { band: 'low', score: 2 }, invitation: { state: 'issued', opened_at: '2030-01-01T00:00:00Z', sent_at: null },
    rsvp: { status: 'attending', plus_ones: 1 }, checkin: { heads_inside: 2 }, ...change,
  } as Guest
}

test('an address says a filter, and a filter an address', () => {
  const filter = { q: 'ana', status: 'inside', band: 'high', tag: 'table 1' } as const
  expect(filterOf(queryOf(filter))).toEqual(filter)
  expect(filterOf({ q: ['a', 'b'], other: 'x' })).toEqual(noFilter)
  expect(filterOf({ status: 'gone', band: ['low'] })).toEqual(noFilter)
  expect(queryOf(noFilter)).toEqual({})
})

test.each([
  [{}, 10], [{ status: 'inside' }, 2], [{ band: 'high' }, 0], [{ tag: 'family' }, 2],
  [{ tag: 'unheard of' }, null], [{ q: 'a' }, null], [{ status: 'none', tag: 'family' }, null],
] as const)('%o finds %s', (change, want) => {
  expect(matching({ ...noFilter, ...change }, counts)).toBe(want)
})

describe('without a guest who is about to be deleted', () => {
  test('the filters count one less, and a tag that nobody has is gone', () => {
    expect(countsWithout(counts, [guest()])).toEqual({
      total: 9,
      status: { ...counts.status, attending: 2, inside: 1 },
      band: { ...counts.band, low: 2 },
      tags: [{ tag: 'family', guests: 1 }],
    })
  })

  test('the event counts what they were counted as', () => {
    const event = { counts: { guests: 10, invited: 5, opened: 4, attending: 3, maybe: 2, declined: 1, waitlisted: 1, heads_expected: 7, heads_inside: 3 } } as Event
    expect(eventWithout(event, [guest(), guest({ rsvp: { status: 'declined' }, checkin: { heads_inside: 0 }, invitation: { state: 'none' } })]).counts)
      .toEqual({ guests: 8, invited: 4, opened: 3, attending: 2, maybe: 2, declined: 0, waitlisted: 1, heads_expected: 5, heads_inside: 1 })
    expect(eventWithout(event, [guest({ rsvp: { status: 'maybe' } }), guest({ rsvp: { status: 'waitlisted' } })]).counts).toMatchObject({ maybe: 1, waitlisted: 0 })
    expect(event.counts.guests).toBe(10)
  })
})

test('to answer is who gave no answer of any kind', () => {
  expect(toAnswer({ guests: 10, attending: 3, maybe: 2, declined: 1, waitlisted: 1 } as Event['counts'])).toBe(3)
})

describe('a guest who changed', () => {
  const rows = [guest({ id: 'a', name: 'A' }), guest({ id: 'b', name: 'B' })]

  test('is changed in place', () => {
    expect(replaced(rows, guest({ id: 'b', name: 'B', tags: [] }), noFilter)).toEqual([rows[0], guest({ id: 'b', name: 'B', tags: [] })])
    expect(replaced(rows, guest({ id: 'c' }), noFilter)).toBe(rows)
  })

  test('makes the list load anew where they may stand elsewhere, or nowhere', () => {
    expect(replaced(rows, guest({ id: 'b', name: 'Zoe' }), noFilter)).toBeNull()
    expect(replaced(rows, guest({ id: 'b', name: 'B' }), { ...noFilter, status: 'attending' })).toBeNull()
  })
})
