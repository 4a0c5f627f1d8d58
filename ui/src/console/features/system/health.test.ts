import { expect, test } from 'vitest'
import type { SystemStatus } from '@/shared/api/system'
import { healthRows } from './health'

const now = Date.parse('2026-11-24T12:00:00Z')
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString()

const well: SystemStatus = {
  version: '1.2.3',
  started_at: hoursAgo(50),
  database: { state: 'ok', detail: '', bytes: 12_300_000, wal_bytes: 0, checked_at: hoursAgo(9) },
  disk: { state: 'ok', free_bytes: 20e9, total_bytes: 32e9 },
  clock: { state: 'synced' },
  replica: { state: 'ok', detail: '', lag_seconds: 0.4, synced_at: hoursAgo(0) },
  last_backup: { name: 'doorward-20261124T030000Z.db.zst', at: hoursAgo(9), bytes: 4_000_000 },
  last_drill: { at: hoursAgo(9), source: 'replica', position: '7', ok: true, result: 'Restored and whole.', seconds: 1.2, bytes: 12_300_000 },
  running: '',
}

function row(id: string, change: Partial<SystemStatus>) {
  return healthRows({ ...well, ...change }, now).find((r) => r.id === id)!
}

test('everything is well', () => {
  expect(healthRows(well, now).map((r) => r.tone)).toEqual(['good', 'good', 'good', 'good', 'good', 'good', 'plain'])
})

test('the light of the drill is green for a day and a half', () => {
  const drill = well.last_drill!
  expect(row('drill', { last_drill: { ...drill, at: hoursAgo(35.9) } }).tone).toBe('good')
  expect(row('drill', { last_drill: { ...drill, at: hoursAgo(36.1) } })).toMatchObject({ tone: 'due', detail: 'Restored and whole. It is too long ago.' })
  expect(row('drill', { last_drill: { ...drill, ok: false, result: 'Two rows are missing.' } })).toMatchObject({ tone: 'bad', detail: 'Two rows are missing.' })
  expect(row('drill', { last_drill: null }).tone).toBe('due')
})

test('an old or missing backup needs a look', () => {
  expect(row('backup', { last_backup: { ...well.last_backup!, at: hoursAgo(40) } }).tone).toBe('due')
  expect(row('backup', { last_backup: null })).toMatchObject({ tone: 'due', value: 'None yet' })
})

test('what is wrong says so', () => {
  expect(row('replica', { replica: { state: 'behind', detail: 'The bucket refuses the key.', lag_seconds: 75, synced_at: null } }))
    .toMatchObject({ tone: 'bad', value: '75 seconds behind', detail: 'Never complete so far. The bucket refuses the key.' })
  expect(row('replica', { replica: { ...well.replica, state: 'behind', lag_seconds: 4000 } }).value).toBe('67 minutes behind')
  expect(row('replica', { replica: { ...well.replica, state: 'off' } }).tone).toBe('plain')
  expect(row('database', { database: { ...well.database, state: 'damaged', detail: 'Page 7 is damaged: restore a copy.' } }))
    .toMatchObject({ tone: 'bad', detail: 'Page 7 is damaged: restore a copy.' })
  expect(row('disk', { disk: { ...well.disk, state: 'full' } }).tone).toBe('bad')
  expect(row('disk', { disk: { ...well.disk, state: 'low' } }).tone).toBe('due')
  expect(row('clock', { clock: { state: 'unsynced' } }).tone).toBe('due')
  expect(row('clock', { clock: { state: 'jumped' } }).tone).toBe('bad')
})
