import { reactive } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void }
}

export const toasts = reactive<Toast[]>([])

let lastId = 0
const shown = 5000
const shownWithAction = 8000

/** Says a thing once, in passing: at the bottom of the screen and to screen readers. Answers what takes it away sooner. */
export function toast(text: string, { shownFor, ...options }: Partial<Omit<Toast, 'id' | 'text'>> & { shownFor?: number } = {}) {
  const id = ++lastId
  toasts.push({ id, text, tone: 'plain', ...options })
  setTimeout(() => dismiss(id), shownFor ?? (options.action ? shownWithAction : shown))
  return () => dismiss(id)
}

export function dismiss(id: number) {
  const at = toasts.findIndex((t) => t.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
