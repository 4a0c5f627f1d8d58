export interface Extent {
  /** Where the first row begins, in px below the top of the screen; negative when it was scrolled past. */
  top: number
  screen: number
  row: number
  total: number
}

const around = 8 // rows above and below the screen, so that a scroll finds them drawn
const step = 4 // rows; the window moves by these, not by every pixel

/** Which rows to draw: from `first` up to and without `end`. */
export function windowOf({ top, screen, row, total }: Extent): { first: number; end: number } {
  const at = Math.floor(-top / row) - around
  const first = Math.max(0, Math.min(Math.floor(at / step) * step, total))
  const rows = Math.ceil(screen / row / step) * step + 2 * around + step
  return { first, end: Math.min(total, first + rows) }
}

/** How far to scroll so that a row is between `above` and `below`, in px from the top of the screen; 0 when it is. */
export function scrollTo(index: number, { top, row }: Pick<Extent, 'top' | 'row'>, above: number, below: number): number {
  const start = top + index * row
  if (start < above) return start - above
  return Math.max(0, start + row - below)
}
