import { expect, test } from 'vitest'
import type { Event } from '@/shared/api/types'
import { groupEvents } from './group'

const at = (id: string, starts_at: string, state: Event['state'] = 'open') => ({ id, starts_at, ends_at: null, timezone: 'Europe/Lisbon', state }) as Event

test('events are sorted by when they are, and archived ones are out of the way', () => {
  const now = new Date('2026-06-12T20:00:00Z')
  const groups = groupEvents([
    at('next', '2026-06-20T20:00:00Z'), at('last week', '2026-06-05T20:00:00Z'), at('tonight', '2026-06-12T21:00:00Z', 'closed'),
    at('long ago', '2026-01-05T20:00:00Z'), at('put away', '2026-06-13T20:00:00Z', 'archived'), at('put away before', '2026-06-01T20:00:00Z', 'archived'),
  ], now)
  expect(groups.map(({ title, events }) => [title, ...events.map(({ id }) => id)])).toEqual([
    ['Tonight', 'tonight'], ['Upcoming', 'next'], ['Past', 'last week', 'long ago'], ['Archived', 'put away', 'put away before'],
  ])
})

test('a group without events is left out', () => {
  expect(groupEvents([], new Date())).toEqual([])
})
