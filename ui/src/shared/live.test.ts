import { describe, expect, it, vi } from 'vitest'
import { ApiError } from './api/client'
import type { Activity } from './api/types'
import { backoff, followEvent, type LiveSocket, type LiveState } from './live'

/** A stream over fake sockets and a clock that is turned by hand. */
function rig(ticket: () => Promise<string> = () => Promise.resolve('T')) {
  const sockets: (LiveSocket & { url: string; closed: boolean })[] = []
  const timers = new Map<number, { run: () => void; ms: number }>()
  const states: LiveState[] = []
  const got: number[] = []
  let network = { back: () => {}, gone: () => {} }
  let lastTimer = 0
  const onResync = vi.fn(() => Promise.resolve(50))
  const stream = followEvent({
    eventId: 'evt_1',
    after: 10,
    ticket,
    onMessage: (activity) => got.push(activity.id),
    onResync,
    onState: (state) => states.push(state),
    edges: {
      open(url) {
        const socket = { url, closed: false, onopen: null, onmessage: null, onclose: null, close() { socket.closed = true } }
        sockets.push(socket)
        return socket
      },
      setTimeout(run, ms) {
        timers.set(++lastTimer, { run, ms })
        return lastTimer
      },
      clearTimeout: (id) => void timers.delete(id),
      random: () => 1,
      watchNetwork(back, gone) {
        network = { back, gone }
        return () => { network = { back: () => {}, gone: () => {} } }
      },
    },
  })
  const settle = () => new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => resolve(undefined)))))
  return {
    stream, sockets, timers, states, got, onResync, settle,
    network: () => network,
    last: () => sockets.at(-1)!,
    open: async () => { await settle(); sockets.at(-1)!.onopen?.call({} as WebSocket, new Event('open')) },
    lose: () => sockets.at(-1)!.onclose?.call({} as WebSocket, new CloseEvent('close')),
    say: (message: unknown) => sockets.at(-1)!.onmessage?.call({} as WebSocket, new MessageEvent('message', { data: JSON.stringify(message) })),
    async fire() {
      const [id, timer] = [...timers][0]!
      timers.delete(id)
      timer.run()
      await settle()
    },
  }
}

const row = (id: number) => ({ id, kind: 'rsvp', at: '', data: {} }) as unknown as Activity

describe('followEvent', () => {
  it('goes on after what is known, and after a loss after the newest it saw', async () => {
    const r = rig()
    await r.open()
    expect(r.last().url).toContain('after=10')
    r.say(row(11))
    r.say(row(12))
    r.lose()
    await r.fire()
    expect(r.last().url).toContain('after=12')
    expect(r.got).toEqual([11, 12])
    expect(r.states).toEqual(['connecting', 'live', 'waiting'])
  })

  it('drops what it has seen', async () => {
    const r = rig()
    await r.open()
    r.say(row(11))
    r.say(row(11))
    r.say(row(9))
    expect(r.got).toEqual([11])
  })

  it('waits longer each time and starts over after a success', async () => {
    const r = rig()
    await r.open()
    const waits: number[] = []
    for (let i = 0; i < 3; i++) {
      r.lose()
      waits.push([...r.timers.values()][0]!.ms)
      await r.fire()
    }
    await r.open()
    r.lose()
    waits.push([...r.timers.values()][0]!.ms)
    expect(waits).toEqual([500, 1000, 2000, 500])
  })

  it('tries at once when the network is back', async () => {
    const r = rig()
    await r.open()
    r.lose()
    r.network().back()
    await r.settle()
    expect(r.sockets).toHaveLength(2)
    expect(r.timers.size).toBe(0)
  })

  it('does not wait for a socket to notice that the network is gone', async () => {
    const r = rig()
    await r.open()
    r.network().gone()
    expect(r.last().closed).toBe(true)
    expect(r.states.at(-1)).toBe('waiting')
  })

  it('refetches on resync and goes on from there', async () => {
    const r = rig()
    await r.open()
    r.say({ id: 0, kind: 'resync', at: '', data: {} })
    await r.settle()
    expect(r.onResync).toHaveBeenCalledTimes(1)
    r.lose()
    await r.fire()
    expect(r.last().url).toContain('after=50')
  })

  it.each([401, 403, 404])('stops for good on %d', async (status) => {
    const r = rig(() => Promise.reject(new ApiError(status, 'x', 'x')))
    await r.settle()
    expect(r.states.at(-1)).toBe('closed')
    expect(r.timers.size).toBe(0)
  })

  it('keeps trying when the server is merely out of reach', async () => {
    const r = rig(() => Promise.reject(new ApiError(0, 'offline', 'x')))
    await r.settle()
    expect(r.states.at(-1)).toBe('waiting')
    expect(r.timers.size).toBe(1)
  })

  it('makes no further try once closed', async () => {
    const r = rig()
    await r.open()
    r.stream.close()
    expect(r.last().closed).toBe(true)
    expect(r.timers.size).toBe(0)
  })
})

describe('backoff', () => {
  it('doubles from half a second to fifteen, half of it by chance', () => {
    expect([1, 2, 3, 6, 20].map((n) => backoff(n, () => 1))).toEqual([500, 1000, 2000, 15_000, 15_000])
    expect(backoff(3, () => 0)).toBe(1000)
  })
})
