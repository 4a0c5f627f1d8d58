import { readonly, ref } from 'vue'
import { watchReach } from '@/shared/reach'

const patience = 5_000

const known = ref(true)
const listeners: (() => void)[] = []

/** Whether the server answered when it was last asked. */
export const reachable = readonly(known)

const reach = watchReach({
  probe: async () => {
    try {
      return (await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(patience) })).ok
    } catch {
      return false
    }
  },
  onChange: (now) => {
    known.value = now
    if (now) for (const run of listeners) run()
  },
})

/** Asks the server now. */
export const checkReach = reach.check
/** A request got no answer. */
export const doubtReach = reach.doubt

/** Runs each time the server is back. */
export function onReachable(run: () => void) {
  listeners.push(run)
}
