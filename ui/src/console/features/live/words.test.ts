import { expect, test } from 'vitest'
import type { RsvpActivity } from '@/shared/api/types'
import { wordsFor } from './words'

test.each([
  [{ status: 'attending', plus_ones: 1 }, 'is coming and brings 1'],
  [{ status: 'attending', plus_ones: 0, promoted: true }, 'got a place from the waitlist'],
  [{ status: 'attending', plus_ones: 2, promoted: true }, 'got a place from the waitlist and brings 2'],
  [{ status: 'waitlisted', plus_ones: 0 }, 'waits for a place'],
  [{ status: 'waitlisted', plus_ones: 2 }, 'waits for 3 places'],
] as const)('%o in words', (data, what) => {
  const activity: RsvpActivity = { id: 1, kind: 'rsvp', at: '2026-11-24T20:00:00.000Z', data: { guest: { id: 'gst_a', name: 'Ana' }, ...data } }
  expect(wordsFor(activity).what).toBe(what)
})
