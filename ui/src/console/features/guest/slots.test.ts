import { describe, expect, test } from 'vitest'
import { createSlots } from './slots'

describe('slots', () => {
  test('a row that stays drawn keeps its number, and the next one takes what became free', () => {
    const slots = createSlots()
    expect(slots(['a', 'b', 'c'])).toEqual([0, 1, 2])
    expect(slots(['b', 'c', 'd'])).toEqual([1, 2, 0])
    expect(slots(['c', 'x', 'y', 'z'])).toEqual([2, 1, 0, 3])
  })

  test('rows that all change stay where they are', () => {
    const slots = createSlots()
    slots(['a', 'b', 'c'])
    expect(slots(['x', 'y', 'z'])).toEqual([0, 1, 2])
  })

  test('no two rows have the same number', () => {
    const slots = createSlots()
    for (let from = 0; from < 500; from += 7) {
      const keys = Array.from({ length: 20 + (from % 5) }, (_, i) => String((from * 3 + i) % 90))
      const given = slots(keys)
      expect(new Set(given).size).toBe(keys.length)
    }
  })
})
