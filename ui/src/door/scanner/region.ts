/** A part of the camera's picture and the size to draw it at, in pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
  drawWidth: number
  drawHeight: number
}

const overviewWidth = 640

/**
 * What to decode of the n-th frame: two of three times the centre square at full resolution, where a small or distant
 * code still has enough pixels; every third time the whole picture made small, for a code held off-centre or very close.
 */
export function frameRegion(n: number, width: number, height: number): Region {
  if (n % 3 === 2) {
    const scale = Math.min(1, overviewWidth / Math.max(width, height))
    return {
      x: 0,
      y: 0,
      width,
      height,
      drawWidth: Math.round(width * scale),
      drawHeight: Math.round(height * scale),
    }
  }
  const side = Math.min(width, height)
  return {
    x: (width - side) >> 1,
    y: (height - side) >> 1,
    width: side,
    height: side,
    drawWidth: side,
    drawHeight: side,
  }
}
