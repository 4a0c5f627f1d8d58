import { describe, expect, it } from 'vitest'
import type { Activity } from '@/shared/api/types'
import { matches, mergeRows, mostRows } from './rows'

const row = (id: number, kind = 'rsvp', data: object = {}) => ({ id, kind, at: '', data }) as unknown as Activity
const ids = (rows: Activity[]) => rows.map((r) => r.id)

describe('mergeRows', () => {
  it('is newest first and holds each id once', () => {
    expect(ids(mergeRows([row(3), row(1)], [row(2), row(3), row(5)]))).toEqual([5, 3, 2, 1])
  })

  it('keeps the newest when there are too many', () => {
    const merged = mergeRows([], Array.from({ length: mostRows + 20 }, (_, i) => row(i)))
    expect(merged).toHaveLength(mostRows)
    expect(merged[0]?.id).toBe(mostRows + 19)
  })
})

describe('matches', () => {
  it('finds what needs a look', () => {
    expect(matches(row(1, 'access', { action: 'flagged' }), 'look')).toBe(true)
    expect(matches(row(1, 'access', { action: 'allowed' }), 'look')).toBe(false)
    expect(matches(row(1, 'checkin', { outcome: 'refused' }), 'look')).toBe(true)
    expect(matches(row(1, 'checkin', { outcome: 'admitted', conflict: true }), 'look')).toBe(true)
    expect(matches(row(1, 'checkin', { outcome: 'admitted' }), 'look')).toBe(false)
  })
})
