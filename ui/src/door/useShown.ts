import { onScopeDispose, shallowRef } from 'vue'
import { type Scan, verdictFor } from './scan'

/** No "Checking" before this: most answers are faster, and a flash of it would only unsettle. */
const quietWait = 400
const greenStays = 1_500

/** Which scan's verdict is on the screen: green leaves by itself, everything else stays until it is dismissed. */
export function useShown() {
  const shown = shallowRef<Scan | null>(null)
  let timer = 0

  function show(scan: Scan) {
    clearTimeout(timer)
    shown.value = scan
    if (verdictFor(scan).kind === 'come-in' && !scan.outcome?.conflict) timer = window.setTimeout(dismiss, greenStays)
  }

  /** Empties the screen for a scan that was just made, and shows it once its answer takes long. */
  function expect(scan: Scan) {
    dismiss()
    timer = window.setTimeout(() => scan.state === 'checking' && show(scan), quietWait)
  }

  /** Keeps the green verdict: the door person is busy with it. */
  function hold(scan: Scan) {
    if (shown.value === scan) clearTimeout(timer)
  }

  /** Takes the verdict off the screen; the scan stays in the list. */
  function dismiss() {
    clearTimeout(timer)
    shown.value = null
  }

  onScopeDispose(() => clearTimeout(timer))
  return { shown, show, expect, hold, dismiss }
}
