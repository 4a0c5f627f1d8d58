import { describe, expect, it } from 'vitest'
import { RetryQueue, retryDelay } from './queue'

const scan = (nonce: string) => ({ nonce })

function queueOf(...nonces: string[]) {
  const queue = new RetryQueue<{ nonce: string }>()
  for (const nonce of nonces) queue.add(scan(nonce), 0)
  return queue
}

describe('RetryQueue', () => {
  it('hands out each item once until it failed', () => {
    const queue = queueOf('a', 'b')
    expect(queue.take(0, 20)).toEqual([scan('a'), scan('b')])
    expect(queue.take(60_000, 20)).toEqual([])
    queue.failed(['a'], 0)
    expect(queue.take(60_000, 20)).toEqual([scan('a')])
  })

  it('keeps an item, with its nonce, until it is settled', () => {
    const queue = queueOf('a')
    let now = 0
    for (let i = 0; i < 50; i++) {
      expect(queue.take(now, 20)).toEqual([scan('a')])
      queue.failed(['a'], now)
      now += 10_000
    }
    queue.settled(['a'])
    expect(queue.has('a')).toBe(false)
    expect(queue.take(now, 20)).toEqual([])
  })

  it('does not take the same nonce twice', () => {
    const queue = queueOf('a', 'a')
    expect(queue.take(0, 20)).toHaveLength(1)
  })

  it('waits longer after each failure, ten seconds at most', () => {
    expect([1, 2, 3, 4, 5, 50].map(retryDelay)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    const queue = queueOf('a')
    queue.take(0, 20)
    queue.failed(['a'], 500)
    expect(queue.nextDue()).toBe(1_500)
    expect(queue.take(1_499, 20)).toEqual([])
    expect(queue.take(1_500, 20)).toEqual([scan('a')])
  })

  it('sends what waits at once when the network is back, and nothing that is under way', () => {
    const queue = queueOf('a', 'b')
    queue.take(0, 1)
    queue.failed(['a'], 0)
    queue.take(0, 1)
    queue.wake(10)
    expect(queue.take(10, 20)).toEqual([scan('a')])
  })

  it('gives no more than asked for, oldest first', () => {
    const queue = queueOf('a', 'b', 'c')
    expect(queue.take(0, 2)).toEqual([scan('a'), scan('b')])
    expect(queue.take(0, 2)).toEqual([scan('c')])
  })

  it('knows when nothing waits', () => {
    const queue = queueOf('a')
    expect(queue.nextDue()).toBe(0)
    queue.take(0, 20)
    expect(queue.nextDue()).toBeNull()
  })
})
