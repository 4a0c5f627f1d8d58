// Whether the server can be reached. A page that asks for nothing would not notice otherwise.

const heartbeat = 15_000
const firstDelay = 1_000
const longestDelay = 10_000

export interface ReachOptions {
  /** Resolves to whether the server answered. */
  probe: () => Promise<boolean>
  onChange: (reachable: boolean) => void
  edges?: Partial<Edges>
}

/** What it needs from a browser; tests hand in their own. */
interface Edges {
  setTimeout: (run: () => void, ms: number) => number
  clearTimeout: (id: number) => void
  visible: () => boolean
  /** Reports that a probe is worth its while now: network back or gone, page visible. Returns the undo. */
  watchNetwork: (changed: () => void) => () => void
}

export type Reach = ReturnType<typeof watchReach>

/** Milliseconds until the n-th probe of a server that is away: 1, 2, 4, 8, then 10 s. */
export function probeDelay(failures: number): number {
  return Math.min(longestDelay, firstDelay * 2 ** (failures - 1))
}

/**
 * Probes the server every 15 s while it answers, and in growing steps while it does not. A hidden page does not probe
 * and looks at once when it is seen again.
 */
export function watchReach(options: ReachOptions) {
  const edges: Edges = { ...browserEdges(), ...options.edges }
  let reachable = true
  let failures = 0
  let timer = 0
  let probing: Promise<boolean> | null = null

  /** Probes now, once however many ask. */
  function check(): Promise<boolean> {
    edges.clearTimeout(timer)
    probing ??= options.probe().then(settle)
    return probing
  }

  function settle(answered: boolean): boolean {
    probing = null
    failures = answered ? 0 : failures + 1
    timer = edges.setTimeout(() => void (edges.visible() && check()), answered ? heartbeat : probeDelay(failures))
    if (answered !== reachable) {
      reachable = answered
      options.onChange(answered)
    }
    return answered
  }

  /** Some request got no answer: worth a probe, unless one is on its way or scheduled already. */
  function doubt() {
    if (reachable) void check()
  }

  const unwatch = edges.watchNetwork(() => void (edges.visible() && check()))
  timer = edges.setTimeout(() => void (edges.visible() && check()), heartbeat)

  function close() {
    unwatch()
    edges.clearTimeout(timer)
  }

  return { check, doubt, close }
}

function browserEdges(): Edges {
  return {
    setTimeout: (run, ms) => window.setTimeout(run, ms),
    clearTimeout: (id) => window.clearTimeout(id),
    visible: () => document.visibilityState === 'visible',
    watchNetwork(changed) {
      const watching = new AbortController()
      const { signal } = watching
      window.addEventListener('online', changed, { signal })
      window.addEventListener('offline', changed, { signal })
      document.addEventListener('visibilitychange', changed, { signal })
      return () => watching.abort()
    },
  }
}
