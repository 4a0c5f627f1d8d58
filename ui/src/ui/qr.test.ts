import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { qrPath } from './qr'

test('the drawn modules are those of the code', () => {
  const text = 'HTTPS://DOOR.EXAMPLE/I/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const { path, size } = qrPath(text)
  const drawn = new Set<string>()
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(run); i++) drawn.add(`${Number(x) + i} ${y}`)
  }
  const wanted = encode(text, { ecc: 'M', border: 4 }).data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `${x} ${y}` : [])))
  expect([...drawn].sort()).toEqual(wanted.sort())
  expect(size).toBe(29 + 8)
})
