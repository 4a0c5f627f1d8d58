// Scans on their way to the server. Holds no timer and no network, so that its rules can be tested alone.

interface Entry<T> {
  item: T
  tries: number
  /** When it may be sent (again), in milliseconds. */
  dueAt: number
  inFlight: boolean
}

const firstDelay = 1_000
const longestDelay = 10_000

/** Milliseconds to wait after the n-th failed try: 1, 2, 4, 8, then 10 s. */
export function retryDelay(tries: number): number {
  return Math.min(firstDelay * 2 ** (tries - 1), longestDelay)
}

/**
 * RetryQueue keeps every item until it is settled, oldest first. An item keeps its nonce through all tries,
 * so that a try whose answer was lost never counts twice.
 */
export class RetryQueue<T extends { nonce: string }> {
  private entries: Entry<T>[] = []

  get size(): number {
    return this.entries.length
  }

  has(nonce: string): boolean {
    return this.entries.some((e) => e.item.nonce === nonce)
  }

  /** Adds an item that is due at once. A nonce that is already here is not added again. */
  add(item: T, now: number): void {
    if (this.has(item.nonce)) return
    this.entries.push({ item, tries: 0, dueAt: now, inFlight: false })
  }

  /** Takes up to `most` due items; they stay in the queue, in flight, until settled or failed. */
  take(now: number, most: number): T[] {
    const due = this.entries.filter((e) => !e.inFlight && e.dueAt <= now).slice(0, most)
    for (const e of due) e.inFlight = true
    return due.map((e) => e.item)
  }

  /** The items got no answer: they wait, longer after each try. */
  failed(nonces: string[], now: number): void {
    for (const e of this.named(nonces)) {
      e.inFlight = false
      e.tries++
      e.dueAt = now + retryDelay(e.tries)
    }
  }

  /** The items were answered and leave. */
  settled(nonces: string[]): void {
    const gone = new Set(nonces)
    this.entries = this.entries.filter((e) => !gone.has(e.item.nonce))
  }

  /** The network came back: everything that waits is due now. */
  wake(now: number): void {
    for (const e of this.entries) if (!e.inFlight) e.dueAt = Math.min(e.dueAt, now)
  }

  /** When the next item is due, or null while nothing waits. */
  nextDue(): number | null {
    const waiting = this.entries.filter((e) => !e.inFlight).map((e) => e.dueAt)
    return waiting.length > 0 ? Math.min(...waiting) : null
  }

  private named(nonces: string[]): Entry<T>[] {
    return this.entries.filter((e) => nonces.includes(e.item.nonce))
  }
}
