import { onScopeDispose, ref, type Ref } from 'vue'

/** The time in milliseconds, renewed every second. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), 1_000)
  onScopeDispose(() => clearInterval(timer))
  return now
}
