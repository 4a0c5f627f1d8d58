import { readonly, ref } from 'vue'
import { watchReach } from '@/shared/reach'

const patience = 5_000

const known = ref(true)
const jumped = ref(false)
const listeners: (() => void)[] = []

/** Whether the server answered when it was last asked. */
export const reachable = readonly(known)
/** Whether the box's clock was set to another time, as of the last answer. */
export const clockJumped = readonly(jumped)

const reach = watchReach({
  probe: async () => {
    try {
      const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(patience) })
      if (answer.ok) jumped.value = ((await answer.json()) as { clock: string }).clock === 'jumped'
      return answer.ok
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
