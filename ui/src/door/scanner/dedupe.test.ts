import { describe, expect, it } from 'vitest'
import { SightFilter } from './dedupe'

describe('SightFilter', () => {
  it('counts a code once while it is held still, however long', () => {
    const sights = new SightFilter()
    const counted = Array.from({ length: 100 }, (_, i) => sights.counts('A', i * 100)).filter(Boolean)
    expect(counted).toHaveLength(1)
  })

  it('ignores a code that comes back within three seconds', () => {
    const sights = new SightFilter()
    sights.counts('A', 0)
    expect(sights.counts('A', 2_999)).toBe(false)
  })

  it('counts a code that comes back after three seconds', () => {
    const sights = new SightFilter()
    sights.counts('A', 0)
    expect(sights.counts('A', 3_000)).toBe(true)
  })

  it('waits until a code that came back too early was taken away again', () => {
    const sights = new SightFilter()
    sights.counts('A', 0)
    expect(sights.counts('A', 2_900)).toBe(false)
    expect(sights.counts('A', 3_500)).toBe(false)
    expect(sights.counts('A', 4_300)).toBe(true)
  })

  it('counts another code at once, and the first one again after it', () => {
    const sights = new SightFilter()
    expect(sights.counts('A', 0)).toBe(true)
    expect(sights.counts('B', 100)).toBe(true)
    expect(sights.counts('A', 200)).toBe(true)
  })
})
