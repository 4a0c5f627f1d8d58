import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, shallowRef } from 'vue'
import { type DoorApi, Refused, Unreachable } from './api'
import { useCheckins } from './useCheckins'
import type { Server } from './useServer'
import type { CheckinItem, Outcome } from './wire'

vi.mock('./store', () => ({ keepPending: async () => {}, dropPending: async () => {}, loadPending: async () => [] }))

const counts = { guests: 1, heads_expected: 1, heads_inside: 1, entrances: [] }
const guest = { id: 'gst_1', name: 'Ana', party_size: 1, heads_inside: 1, status: 'attending' as const, plus_ones: 0, note: '' }

function admitted(item: CheckinItem): Outcome {
  return { nonce: item.nonce, outcome: 'admitted', reason: '', guest, first: null, conflict: false, heads: 1 }
}

/** A door whose server answers undo by `undo`; one guest is in. */
async function door(undo: () => Promise<unknown>) {
  const api = {
    checkIn: async (items: CheckinItem[]) => ({ items: items.map(admitted), counts }),
    undo,
  } as unknown as DoorApi
  const server = {
    link: ref('live'),
    state: shallowRef(null),
    counts: shallowRef(null),
    ask: <T>(request: (api: DoorApi) => Promise<T>) => request(api),
    refresh: async () => {},
  } as unknown as Server
  const scope = effectScope()
  const checkins = scope.run(() => useCheckins(server))!
  checkins.checkInGuest('gst_1', 'Ana')
  await vi.advanceTimersByTimeAsync(0)
  const scan = checkins.scans.value[0]!
  expect(scan.state).toBe('answered')
  return { checkins, scan, end: () => scope.stop() }
}

describe('undo', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is asked again when its answer was lost', async () => {
    const undo = vi.fn().mockRejectedValueOnce(new Unreachable()).mockResolvedValueOnce({ counts })
    const { checkins, scan, end } = await door(undo)
    const done = checkins.undo(scan)
    await vi.advanceTimersByTimeAsync(10_000)
    await done
    expect(undo).toHaveBeenCalledTimes(2)
    expect([scan.state, scan.hint]).toEqual(['undone', ''])
    end()
  })

  it('says so when nobody answers', async () => {
    const undo = vi.fn().mockRejectedValue(new Unreachable())
    const { checkins, scan, end } = await door(undo)
    const done = checkins.undo(scan)
    await vi.advanceTimersByTimeAsync(10_000)
    await done
    expect(scan.state).toBe('answered')
    expect(scan.hint).toMatch(/No connection/)
    end()
  })

  it('is not asked again after a no', async () => {
    const undo = vi.fn().mockRejectedValue(new Refused(410, 'gone', 'Too late.'))
    const { checkins, scan, end } = await door(undo)
    await checkins.undo(scan)
    expect(undo).toHaveBeenCalledTimes(1)
    expect(scan.hint).toBe('Too late.')
    end()
  })
})
