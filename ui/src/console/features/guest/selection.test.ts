import { describe, expect, test } from 'vitest'
import type { Guest } from '@/shared/api/types'
import { useSelection } from './selection'

const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id.toUpperCase() }) as Guest)
const [a, b, , d, e] = rows as [Guest, Guest, Guest, Guest, Guest]

describe('a selection', () => {
  test('goes from the guest touched last to this one, up or down', () => {
    const s = useSelection()
    s.toggle(b)
    s.extend(d, rows)
    expect(s.ids.value).toEqual(['b', 'c', 'd'])
    s.clear()
    s.toggle(e)
    s.extend(d, rows)
    expect(new Set(s.ids.value)).toEqual(new Set(['d', 'e']))
  })

  test('without a start is the one guest', () => {
    const s = useSelection()
    s.extend(d, rows)
    expect(s.ids.value).toEqual(['d'])
    s.extend(e, rows)
    expect(s.ids.value).toEqual(['d', 'e'])
  })

  test('keeps guests whom the list does not show', () => {
    const s = useSelection()
    s.toggle(a)
    s.extend(d, [rows[3]!])
    expect(s.ids.value).toEqual(['a', 'd'])
    expect(s.guests.value.map(({ name }) => name)).toEqual(['A', 'D'])
  })

  test('drops who is gone, and knows the others as they are now', () => {
    const s = useSelection()
    s.set([a, b, d], true)
    s.keep([a, { ...d, name: 'Dora' }])
    expect(s.guests.value.map(({ name }) => name)).toEqual(['A', 'Dora'])
  })
})
