import { onScopeDispose } from 'vue'
import { WedgeBuffer } from './wedge'

const fields = 'input, textarea, select, [contenteditable]'

/** Listens for hand scanners that type, while the scope lives. What they type need not be a whole code. */
export function useWedge(onText: (text: string) => void): void {
  const buffer = new WedgeBuffer()
  let timer: ReturnType<typeof setTimeout> | undefined

  function onKey(event: KeyboardEvent) {
    // A held key repeats as fast as a scanner types.
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const inField = event.target instanceof Element && event.target.matches(fields)
    const text = buffer.press({ key: event.key, code: event.code, shift: event.shiftKey }, event.timeStamp, inField)
    clearTimeout(timer)
    if (text !== null) {
      // The scanner's Enter must not press whichever button has the focus.
      event.preventDefault()
      event.stopPropagation()
      onText(text)
    } else if (!inField) {
      timer = setTimeout(rest, buffer.patience)
    }
  }

  function rest() {
    const text = buffer.rest(performance.now())
    if (text !== null) onText(text)
  }

  window.addEventListener('keydown', onKey, { capture: true })
  onScopeDispose(() => {
    window.removeEventListener('keydown', onKey, { capture: true })
    clearTimeout(timer)
  })
}
