import { describe, expect, it } from 'vitest'
import { answerNote, firstLine, partyName, type VerdictKind, verdictOf } from './verdict'
import type { Outcome, Refusal } from './wire'

const ana = { id: 'gst_1', name: 'Ana Costa', party_size: 3, heads_inside: 0, status: 'attending' as const, plus_ones: 0, note: '' }

function outcome(change: Partial<Outcome>): Outcome {
  return { nonce: 'n', outcome: 'admitted', reason: '', guest: ana, first: null, conflict: false, heads: 3, ...change }
}

const refused = (reason: Refusal, guest: Outcome['guest'] = ana) => outcome({ outcome: 'refused', reason, guest, heads: 0 })

describe('verdictOf', () => {
  it('says come in for an admitted guest, and for nobody else', () => {
    expect(verdictOf(outcome({})).kind).toBe('come-in')
    const kinds = rows.map(([reason]) => verdictOf(refused(reason)).kind)
    expect(kinds).not.toContain('come-in')
  })

  const rows: [Refusal, VerdictKind, boolean][] = [
    ['already_inside', 'already', true],
    ['party_full', 'already', true],
    ['capacity', 'already', true],
    ['not_inside', 'already', false],
    ['replaced', 'stop', false],
    ['revoked', 'stop', false],
    ['wrong_event', 'stop', false],
    ['event_closed', 'stop', false],
    ['blocked', 'stop', true],
    ['expired_device', 'stop', false],
    ['invalid', 'unknown', false],
  ]

  it.each(rows)('%s → %s, let in by hand: %s', (reason, kind, override) => {
    const verdict = verdictOf(refused(reason))
    expect(verdict).toMatchObject({ kind, override })
    expect(verdict.title.split(' ').length).toBeLessThanOrEqual(4)
    expect(verdict.advice).toMatch(/\.$/)
  })

  it.each(rows)('%s of an unknown guest is never let in by hand', (reason) => {
    expect(verdictOf(refused(reason, null)).override).toBe(false)
  })

  it('stops the guest for a reason it does not know', () => {
    expect(verdictOf(refused('moon_phase' as Refusal))).toMatchObject({ kind: 'stop', override: false })
    expect(verdictOf(refused('toString' as Refusal))).toMatchObject({ kind: 'stop', title: 'Ask the host' })
  })

  it('has the door ask about whom nobody keeps a place for, though they are in', () => {
    const of = (status: 'waitlisted' | 'declined' | 'none' | 'maybe') => verdictOf(outcome({ guest: { ...ana, status } }))
    expect(of('waitlisted')).toMatchObject({ kind: 'already', title: 'On the waiting list', override: false })
    expect(of('declined')).toMatchObject({ kind: 'already', title: 'Said no', override: false })
    expect(of('declined').advice).toContain('undo')
    expect([of('none').kind, of('maybe').kind]).toEqual(['come-in', 'come-in'])
  })

  it('tells of two doors that let in the same heads', () => {
    expect(verdictOf(outcome({ conflict: true })).advice).toContain('Another door')
  })
})

describe('firstLine', () => {
  const first = { at: '2026-06-12T19:02:00.000Z', entrance: 'Side door', device: 'Rui’s phone' }
  const at = (time: string) => Date.parse(time)

  it('gives the time in the event’s zone, the entrance and the phone', () => {
    expect(firstLine(first, at('2026-06-12T20:00:00Z'), 'Europe/Lisbon')).toMatch(/^20:02 · Side door · Rui’s phone$/)
  })

  it('says just now within a minute', () => {
    expect(firstLine(first, at('2026-06-12T19:02:59Z'), 'Europe/Lisbon')).toMatch(/^just now · /)
  })

  it('adds the day when it was not today', () => {
    expect(firstLine(first, at('2026-06-13T19:00:00Z'), 'Europe/Lisbon')).toMatch(/12.*20:02/)
  })

  it('is empty when nobody came in before', () => {
    expect(firstLine(null, 0, 'UTC')).toBe('')
  })
})

describe('partyName', () => {
  it('counts the others', () => {
    expect(partyName('Ana Costa', 1)).toBe('Ana Costa')
    expect(partyName('Ana Costa', 3)).toBe('Ana Costa + 2')
  })
})

describe('answerNote', () => {
  it('warns of everybody but those who said that they come', () => {
    expect(answerNote('attending')).toBe('')
    expect(answerNote('none')).toContain('not answered')
    expect(answerNote('declined')).toContain('Said no')
    expect(answerNote('waitlisted')).toContain('waiting list')
  })
})
