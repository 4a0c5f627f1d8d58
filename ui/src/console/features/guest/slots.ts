/**
 * Hands the keys of rows that are drawn a number each. A row keeps its number as long as it is drawn, and those that are
 * drawn next take over, in their order, the numbers that became free: so the page changes what is in a row, and seldom
 * makes or moves one.
 */
export function createSlots() {
  let taken = new Map<string, number>()
  let made = 0

  return (keys: string[]): number[] => {
    const now = new Set(keys)
    const free = [...taken].filter(([key]) => !now.has(key)).map(([, slot]) => slot)
    const slots = keys.map((key) => taken.get(key) ?? free.shift() ?? made++)
    taken = new Map(keys.map((key, n) => [key, slots[n]!]))
    return slots
  }
}
