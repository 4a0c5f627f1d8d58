import { onScopeDispose } from 'vue'

/** Whether this browser can keep the screen on by itself; it cannot on plain http. */
export const canStayAwake = () => 'wakeLock' in navigator

/** Keeps the screen on while the scope lives, and again whenever the page comes back into view. */
export function useWakeLock(): void {
  if (!canStayAwake()) return
  let lock: WakeLockSentinel | undefined
  let over = false

  async function hold() {
    if (document.visibilityState !== 'visible') return
    // Refused when the battery is low: then the phone's own timeout rules, and nothing else changes.
    const got = await navigator.wakeLock.request('screen').catch(() => undefined)
    if (over) void got?.release()
    else lock = got
  }

  void hold()
  document.addEventListener('visibilitychange', hold)
  onScopeDispose(() => {
    over = true
    document.removeEventListener('visibilitychange', hold)
    void lock?.release()
  })
}
