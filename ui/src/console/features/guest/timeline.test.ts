import { expect, test } from 'vitest'
import type { AccessLog, Activity, Guest } from '@/shared/api/types'
import { timelineOf } from './timeline'

const ana = { id: 'gst_1', name: 'Ana' }
const guest = { ...ana, created_at: '2026-06-01T10:00:00.000Z', invitation: { state: 'issued', sent_at: '2026-06-02T10:00:00.000Z', opened_at: null } } as Guest
const reasons: never[] = []
const created: Activity = { id: 1, kind: 'guest', at: '2026-06-01T10:00:00.000Z', data: { change: 'created', guest: ana, by: 'Ida' } }
const opened: Activity = {
  id: 2, kind: 'access', at: '2026-06-03T10:00:00.000Z',
  data: { access_id: 'acc_1', guest: ana, kind: 'open', class: 'human', band: 'low', score: 3, action: 'allowed', reasons },
}
const coming: Activity = { id: 3, kind: 'rsvp', at: '2026-06-03T10:01:00.000Z', data: { guest: ana, status: 'attending', plus_ones: 1 } }
const log = { id: 'acc_1', device: 'Safari on iPhone', ip: '198.51.100.7' } as AccessLog

const words = (items: { title: string; details?: string[] }[]) => items.map(({ title, details }) => [title, ...(details ?? [])].join(' / '))

test('a guest’s history is told newest first, by whom and from where', () => {
  expect(words(timelineOf(guest, [coming, opened, created], [log], true))).toEqual([
    'Is coming and brings 1', 'Opened the link / Safari on iPhone · 198.51.100.7', 'The invitation was mailed', 'Was added / by Ida',
  ])
})

test('an access that the log no longer has stays in the history', () => {
  expect(words(timelineOf(guest, [opened], [], false))).toContain('Opened the link')
})

test('what is older than the page shown waits for its turn', () => {
  expect(words(timelineOf(guest, [coming, opened], [log], false))).toHaveLength(2)
})

test('a guest of an imported list came with it', () => {
  expect(words(timelineOf(guest, [opened], [log], true)).at(-1)).toBe('Came onto the list')
})
