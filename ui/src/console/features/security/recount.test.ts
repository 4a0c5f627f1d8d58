import { describe, expect, it } from 'vitest'
import { bandOf, consequence, recount } from './recount'

const thresholds = { medium: 30, high: 60, block: 85 }

/** 101 counts, those named and zeros. */
function scores(named: Record<number, number>): number[] {
  return Array.from({ length: 101 }, (_, score) => named[score] ?? 0)
}

describe('bandOf', () => {
  it('begins each band at its threshold', () => {
    expect([0, 29, 30, 59, 60, 84, 85, 100].map((score) => bandOf(score, thresholds)))
      .toEqual(['low', 'low', 'medium', 'medium', 'high', 'high', 'block', 'block'])
  })
})

describe('recount', () => {
  it('puts every access into one band', () => {
    expect(recount(scores({ 0: 100, 29: 3, 30: 2, 60: 4, 84: 1, 85: 1, 100: 1 }), thresholds)).toEqual({ low: 103, medium: 2, high: 5, block: 2 })
  })

  it('moves with the thresholds', () => {
    const seen = scores({ 58: 1, 62: 2, 90: 1 })
    expect(recount(seen, thresholds)).toEqual({ low: 0, medium: 1, high: 2, block: 1 })
    expect(recount(seen, { medium: 57, high: 58, block: 62 })).toEqual({ low: 0, medium: 0, high: 1, block: 3 })
  })
})

describe('consequence', () => {
  it('names both numbers and the whole', () => {
    expect(consequence({ low: 130, medium: 3, high: 5, block: 2 })).toBe('2 of the last 140 accesses would have been blocked, 5 flagged')
  })

  it('does not count to one', () => {
    expect(consequence({ low: 0, medium: 0, high: 1, block: 0 })).toBe('the last access would have been flagged')
    expect(consequence({ low: 1, medium: 0, high: 0, block: 0 })).toBe('the last access would have been neither blocked nor flagged')
  })
})
