import { beforeEach, describe, expect, it, vi } from 'vitest'
import { probeDelay, watchReach } from './reach'

let there: boolean
let seen: boolean
let due: { run: () => void; ms: number } | null
let network: () => void
const changes: boolean[] = []

beforeEach(() => {
  there = seen = true
  due = null
  changes.length = 0
})

function watching() {
  const probe = vi.fn(() => Promise.resolve(there))
  const reach = watchReach({
    probe,
    onChange: (reachable) => changes.push(reachable),
    edges: {
      setTimeout: (run, ms) => {
        due = { run, ms }
        return 1
      },
      clearTimeout: () => { due = null },
      visible: () => seen,
      watchNetwork: (changed) => {
        network = changed
        return () => {}
      },
    },
  })
  return { probe, reach }
}

/** Lets the scheduled probe happen. */
async function tick() {
  due!.run()
  await new Promise((resolve) => { queueMicrotask(() => queueMicrotask(() => resolve(null))) })
}

describe('watchReach', () => {
  it('notices on a page that asks for nothing, tries in growing steps, and says when the server is back', async () => {
    watching()
    expect(due?.ms).toBe(15_000)
    there = false
    await tick()
    expect(changes).toEqual([false])
    const steps: number[] = []
    for (let i = 0; i < 5; i++) {
      steps.push(due!.ms)
      await tick()
    }
    expect(steps).toEqual([1_000, 2_000, 4_000, 8_000, 10_000])
    there = true
    await tick()
    expect(changes).toEqual([false, true])
    expect(due?.ms).toBe(15_000)
  })

  it('looks at once when a request got no answer or the network changed', async () => {
    const { probe, reach } = watching()
    reach.doubt()
    reach.doubt()
    await reach.check()
    expect(probe).toHaveBeenCalledTimes(1)
    network()
    await reach.check()
    expect(probe).toHaveBeenCalledTimes(2)
    expect(changes).toEqual([])
  })

  it('keeps its steps while requests go on failing', async () => {
    const { probe, reach } = watching()
    there = false
    await reach.check()
    reach.doubt()
    expect(probe).toHaveBeenCalledTimes(1)
  })

  it('leaves the server alone while nobody looks, and probes when somebody does', async () => {
    const { probe } = watching()
    seen = false
    await tick()
    network()
    expect(probe).not.toHaveBeenCalled()
    seen = true
    network()
    expect(probe).toHaveBeenCalledTimes(1)
  })
})

it('probeDelay doubles from one second to ten', () => {
  expect([1, 2, 3, 4, 5, 20].map(probeDelay)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
})
