import { getCurrentScope, onScopeDispose, readonly, ref, watch, type Ref } from 'vue'
import type { ApiError } from '@/shared/api/client'

/**
 * The whole seconds until the server takes another try after a problem; 0 when it said nothing of waiting or
 * the wait is over. It goes by the clock, so a page that slept is right when it wakes.
 */
export function useCountdown(problem: () => ApiError | null): Readonly<Ref<number>> {
  const left = ref(0)
  let until = 0
  let timer = 0

  function tick() {
    left.value = Math.max(0, Math.ceil((until - Date.now()) / 1_000))
    if (left.value === 0) clearInterval(timer)
  }

  watch(problem, (now) => {
    clearInterval(timer)
    until = Date.now() + (now?.retryAfter ?? 0) * 1_000
    if (now?.retryAfter) timer = window.setInterval(tick, 250)
    tick()
  }, { immediate: true, flush: 'sync' })
  if (getCurrentScope()) onScopeDispose(() => clearInterval(timer))
  return readonly(left)
}

/** "0:42", "1:07:30". */
export function minutesAndSeconds(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = two(seconds % 60)
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}
