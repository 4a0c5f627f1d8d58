import { onScopeDispose, ref } from 'vue'

/** Long enough to read twice. */
const stays = 6_000

/** A sentence that leaves by itself, or with the next thing that happens. */
export function useHint() {
  const hint = ref('')
  let timer = 0

  function say(words: string) {
    hush()
    hint.value = words
    timer = window.setTimeout(hush, stays)
  }

  function hush() {
    clearTimeout(timer)
    hint.value = ''
  }

  onScopeDispose(() => clearTimeout(timer))
  return { hint, say, hush }
}
