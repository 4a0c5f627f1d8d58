import { readonly, ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/client'
import { useCountdown } from '@/ui/countdown'

/**
 * Runs a task for a form or a button: one at a time, with its problem kept for showing. The task does
 * what follows success itself, so that nothing runs after a failure by mistake. While the server asked to
 * wait, nothing is sent: `wait` is how many seconds that still is.
 */
export function useSubmit<Args extends unknown[]>(task: (...args: Args) => Promise<void>) {
  const busy = ref(false)
  const problem = shallowRef<ApiError | null>(null)
  const wait = useCountdown(() => problem.value)

  async function run(...args: Args) {
    if (busy.value || wait.value > 0) return
    busy.value = true
    problem.value = null
    try {
      await task(...args)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error
    } finally {
      busy.value = false
    }
  }

  /** What the server said about one field. */
  function fieldProblem(name: string): string | undefined {
    return problem.value?.fields.find((f) => f.field === name)?.detail
  }

  return { busy: readonly(busy), problem, wait, run, fieldProblem }
}
