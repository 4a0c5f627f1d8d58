import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import CountsBar from './CountsBar.vue'

function words(inside: number, expected: number): string {
  const counts = { guests: 9, heads_inside: inside, heads_expected: expected, entrances: [] }
  return mount(CountsBar, { props: { counts } }).text().replace(/\s+/g, ' ')
}

describe('CountsBar', () => {
  it('sets those inside against those expected', () => {
    expect(words(2, 5)).toBe('2 inside of 5 expected')
    expect(words(5, 5)).toBe('5 inside of 5 expected')
  })

  it('says how many are inside and no more when others came than those who answered', () => {
    expect(words(10, 1)).toBe('10 inside')
    expect(words(0, 0)).toBe('0 inside')
  })
})
