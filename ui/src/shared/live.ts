import type { Activity, Resync } from './api/types'
import { ApiError } from './api/client'

/**
 * connecting: first try · live: open · waiting: lost, a try is scheduled · closed: the server said that
 * this event is not ours (401, 403, 404), or close() was called; no more tries.
 */
export type LiveState = 'connecting' | 'live' | 'waiting' | 'closed'

export interface LiveOptions {
  eventId: string
  /** The newest activity id already known; the stream goes on after it. */
  after: number
  ticket: (eventId: string) => Promise<string>
  onMessage: (activity: Activity) => void
  /** The server could not replay the gap: refetch by HTTP, then answer with the newest id. */
  onResync: () => Promise<number>
  onState?: (state: LiveState) => void
  edges?: Partial<Edges>
}

/** What the stream needs from a browser; tests hand in their own. */
interface Edges {
  open: (url: string) => LiveSocket
  setTimeout: (run: () => void, ms: number) => number
  clearTimeout: (id: number) => void
  random: () => number
  /** Reports when a try is likely to work (network back, page visible) or is hopeless. Returns the undo. */
  watchNetwork: (back: () => void, gone: () => void) => () => void
}

export type LiveSocket = Pick<WebSocket, 'onopen' | 'onmessage' | 'onclose' | 'close'>

const firstDelay = 500
const longestDelay = 15_000

/** Milliseconds before try number `failures`: 0.5 s doubling to 15 s, half of it by chance. */
export function backoff(failures: number, random: () => number): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (failures - 1))
  return full / 2 + random() * full / 2
}

/** Follows an event's activity over a WebSocket and reconnects for as long as it makes sense. */
export function followEvent(options: LiveOptions): { close: () => void } {
  const edges: Edges = { ...browserEdges(), ...options.edges }
  let cursor = options.after
  let failures = 0
  let socket: LiveSocket | null = null
  let timer = 0
  let state: LiveState | null = null
  const unwatch = edges.watchNetwork(retryNow, drop)

  function enter(next: LiveState) {
    if (state === next) return
    state = next
    options.onState?.(next)
  }

  async function connect() {
    timer = 0
    try {
      const ticket = await options.ticket(options.eventId)
      if (state !== 'closed') attach(ticket)
    } catch (error) {
      if (error instanceof ApiError && [401, 403, 404].includes(error.status)) close()
      else retryLater()
    }
  }

  function attach(ticket: string) {
    const query = new URLSearchParams({ ticket, after: String(cursor) })
    const mine = edges.open(`/api/v1/events/${encodeURIComponent(options.eventId)}/live?${query}`)
    socket = mine
    mine.onopen = () => {
      failures = 0
      enter('live')
    }
    mine.onmessage = (event) => {
      if (mine === socket) void receive(JSON.parse(String(event.data)) as Activity | Resync).catch(drop)
    }
    mine.onclose = () => {
      if (mine === socket) drop()
    }
  }

  async function receive(message: Activity | Resync) {
    if (message.kind === 'resync') {
      cursor = Math.max(cursor, await options.onResync())
    } else if (message.id > cursor) {
      cursor = message.id
      options.onMessage(message)
    }
  }

  function drop() {
    const lost = socket
    if (!lost) return
    socket = null
    lost.close()
    retryLater()
  }

  function retryLater() {
    if (state === 'closed') return
    failures++
    enter('waiting')
    timer = edges.setTimeout(() => void connect(), backoff(failures, edges.random))
  }

  function retryNow() {
    if (!timer) return
    edges.clearTimeout(timer)
    void connect()
  }

  function close() {
    enter('closed')
    unwatch()
    edges.clearTimeout(timer)
    const open = socket
    socket = null
    open?.close()
  }

  enter('connecting')
  void connect()
  return { close }
}

function browserEdges(): Edges {
  return {
    open: (url) => new WebSocket(new URL(url, location.href.replace(/^http/, 'ws'))),
    setTimeout: (run, ms) => window.setTimeout(run, ms),
    clearTimeout: (id) => window.clearTimeout(id),
    random: Math.random,
    watchNetwork(back, gone) {
      const whenVisible = () => {
        if (document.visibilityState === 'visible') back()
      }
      const watching = new AbortController()
      const { signal } = watching
      window.addEventListener('online', back, { signal })
      window.addEventListener('offline', gone, { signal })
      document.addEventListener('visibilitychange', whenVisible, { signal })
      return () => watching.abort()
    },
  }
}
