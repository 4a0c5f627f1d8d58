import type { Thresholds } from '@/shared/api/types'

export type Thumb = keyof Thresholds

export const thumbs: Thumb[] = ['medium', 'high', 'block']
const lowest = 1
const highest = 100

/** Moves one thumb; the others give way so that the three always ascend, at least 1 apart, within 1–100. */
export function moveThumb(from: Thresholds, thumb: Thumb, to: number): Thresholds {
  const moved = thumbs.indexOf(thumb)
  const values = thumbs.map((t) => from[t])
  const room = thumbs.length - 1 - moved
  values[moved] = Math.min(highest - room, Math.max(lowest + moved, Math.round(to)))
  for (let i = moved + 1; i < values.length; i++) values[i] = Math.max(values[i]!, values[i - 1]! + 1)
  for (let i = moved - 1; i >= 0; i--) values[i] = Math.min(values[i]!, values[i + 1]! - 1)
  return { medium: values[0]!, high: values[1]!, block: values[2]! }
}
