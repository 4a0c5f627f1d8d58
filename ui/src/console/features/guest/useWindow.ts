import { nextTick, onMounted, onUnmounted, ref, watch, type Ref } from 'vue'
import { scrollTo, windowOf } from './windowOf'

/**
 * Which of many rows of the same height to draw in a box that scrolls with the page. They follow each other below a padding
 * that stands for those above: Chromium keeps every inline style that an element ever had and looks through them all at
 * the next one, so that rows placed one by one get slower with each scroll. `rowHeight` is in px; `headHeight`
 * is what sticks to the top of the screen.
 */
export function useWindow(box: Ref<HTMLElement | null>, total: Ref<number>, rowHeight: Ref<number>, headHeight = 40) {
  const first = ref(0)
  const end = ref(0)

  function look() {
    if (!box.value) return
    const { top } = box.value.getBoundingClientRect()
    const next = windowOf({ top, screen: window.innerHeight, row: rowHeight.value, total: total.value })
    first.value = next.first
    end.value = next.end
  }

  /** Scrolls just as far as it takes to see a row. */
  function reveal(index: number) {
    if (!box.value) return
    const { top } = box.value.getBoundingClientRect()
    const below = window.innerHeight - rowHeight.value * 2 // what floats at the bottom hides nothing
    const by = scrollTo(index, { top, row: rowHeight.value }, headHeight, below)
    if (by !== 0) window.scrollBy(0, by)
    look()
  }

  watch([total, rowHeight], () => void nextTick(look))
  onMounted(() => {
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
  })
  onUnmounted(() => {
    window.removeEventListener('scroll', look)
    window.removeEventListener('resize', look)
  })

  return { first, end, reveal }
}
