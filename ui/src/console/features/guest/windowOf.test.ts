import { describe, expect, test } from 'vitest'
import { scrollTo, windowOf } from './windowOf'

const screen = { screen: 800, row: 45, total: 5000 }

describe('the rows that are drawn', () => {
  test.each([0, -1, -44, -45, -1000, -112_345, -224_000, 300])('cover the screen when the list begins at %i', (top) => {
    const { first, end } = windowOf({ ...screen, top })
    expect(first * 45 + top).toBeLessThanOrEqual(Math.max(0, top))
    expect(end === 5000 || end * 45 + top >= 800).toBe(true)
    expect(end - first).toBeLessThan(50)
  })

  test('are all of a short list, and none of an empty one', () => {
    expect(windowOf({ ...screen, top: 400, total: 3 })).toEqual({ first: 0, end: 3 })
    expect(windowOf({ ...screen, top: 400, total: 0 })).toEqual({ first: 0, end: 0 })
  })

  test('never lie beyond an end that came nearer', () => {
    const { first, end } = windowOf({ ...screen, top: -200_000, total: 10 })
    expect(first).toBeLessThanOrEqual(end)
    expect(end).toBeLessThanOrEqual(10)
  })

  test('stay the same while a pixel or two is scrolled', () => {
    expect(windowOf({ ...screen, top: -10_003 })).toEqual(windowOf({ ...screen, top: -10_000 }))
  })
})

test('a row is scrolled to just as far as it takes', () => {
  const at = (index: number) => scrollTo(index, { top: -1000, row: 45 }, 40, 700)
  expect(at(30)).toBe(0) // from 350 to 395
  expect(at(20)).toBe(-140) // begins at -100
  expect(at(50)).toBe(595) // ends at 1295
})
