import { describe, expect, it } from 'vitest'
import { moveThumb } from './rangeTriple'

const start = { medium: 30, high: 60, block: 85 }

describe('moveThumb', () => {
  it('moves one thumb alone while there is room', () => {
    expect(moveThumb(start, 'high', 70)).toEqual({ medium: 30, high: 70, block: 85 })
  })

  it('pushes the thumbs above', () => {
    expect(moveThumb(start, 'medium', 90)).toEqual({ medium: 90, high: 91, block: 92 })
  })

  it('pushes the thumbs below', () => {
    expect(moveThumb(start, 'block', 10)).toEqual({ medium: 8, high: 9, block: 10 })
  })

  it('leaves room for the others at both ends', () => {
    expect(moveThumb(start, 'medium', 200)).toEqual({ medium: 98, high: 99, block: 100 })
    expect(moveThumb(start, 'block', -5)).toEqual({ medium: 1, high: 2, block: 3 })
  })

  it('ascends within 1–100 from every start to every place', () => {
    for (const thumb of ['medium', 'high', 'block'] as const) {
      for (let to = -10; to <= 110; to++) {
        const { medium, high, block } = moveThumb(start, thumb, to)
        expect(1 <= medium && medium < high && high < block && block <= 100).toBe(true)
      }
    }
  })
})
