import type { Band, Thresholds } from '@/shared/api/types'
import { count, plural } from '@/shared/format'

export const bands: Band[] = ['low', 'medium', 'high', 'block']

/** The band of a score: a score of at least `medium` is medium, and so on up. */
export function bandOf(score: number, thresholds: Thresholds): Band {
  if (score >= thresholds.block) return 'block'
  if (score >= thresholds.high) return 'high'
  return score >= thresholds.medium ? 'medium' : 'low'
}

/** How many accesses each band would have held; `scores` counts accesses by their score. */
export function recount(scores: number[], thresholds: Thresholds): Record<Band, number> {
  const counts: Record<Band, number> = { low: 0, medium: 0, high: 0, block: 0 }
  scores.forEach((n, score) => { counts[bandOf(score, thresholds)] += n })
  return counts
}

/** "2 of the last 140 accesses would have been blocked, 5 flagged", as the rest of a sentence. */
export function consequence(counts: Record<Band, number>): string {
  const total = bands.reduce((sum, band) => sum + counts[band], 0)
  if (total === 1) {
    if (counts.block) return 'the last access would have been blocked'
    return counts.high ? 'the last access would have been flagged' : 'the last access would have been neither blocked nor flagged'
  }
  return `${count(counts.block)} of the last ${plural(total, 'access', 'accesses')} would have been blocked, ${count(counts.high)} flagged`
}
