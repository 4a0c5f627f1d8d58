import type { AccessLog } from '@/shared/api/types'

/**
 * The list to judge as it stands on the screen: what the server asks about, and in their old places the rows that were
 * judged here, so that nothing jumps from under a finger and a slip can be mended.
 */
export function keepJudged(shown: AccessLog[], fresh: AccessLog[]): AccessLog[] {
  const rows = [...fresh]
  shown.forEach((row, at) => {
    if (row.verdict && !rows.some((r) => r.id === row.id)) rows.splice(Math.min(at, rows.length), 0, row)
  })
  return rows
}
