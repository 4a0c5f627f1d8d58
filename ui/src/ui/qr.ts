import { encode } from 'uqr'

const quietZone = 4 // modules, as the QR standard asks

export interface QrPath {
  /** Of an SVG as wide and high as `size`, for the dark modules. */
  path: string
  size: number
}

/** Draws a code. Upper-case text makes a coarser one that is easier to scan; the server reads links in either. */
export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone })
  let path = ''
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue
      const from = x
      while (row[x]) x++
      path += `M${from} ${y}h${x - from}v1h-${x - from}z`
    }
  })
  return { path, size }
}
