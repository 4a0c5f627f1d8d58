import { expect, it } from 'vitest'
import { changed, isChanged } from './changed'

it('keeps only what differs', () => {
  const before = { name: 'Ana', tags: ['family'], note: '', party: 2 }
  expect(changed({ ...before, tags: ['family'] }, before)).toEqual({})
  expect(changed({ ...before, tags: ['family', 'vip'], note: 'nuts' }, before)).toEqual({ tags: ['family', 'vip'], note: 'nuts' })
  expect(isChanged({ ...before }, before)).toBe(false)
  expect(isChanged({ ...before, party: 3 }, before)).toBe(true)
})

it('knows a field that was emptied', () => {
  expect(changed<{ capacity: number | null }>({ capacity: null }, { capacity: 10 })).toEqual({ capacity: null })
})
