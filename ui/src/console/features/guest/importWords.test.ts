import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/client'
import type { ImportRow } from '@/shared/api/import'
import type { FieldProblem } from '@/shared/api/types'
import { listProblem, nobodyNew, rowProblem, twinsOf } from './importWords'

const refused = (...fields: FieldProblem[]) => new ApiError(400, 'invalid', 'Some of this needs another look.', fields)

describe('listProblem', () => {
  it('says what is wrong with the file', () => {
    const detail = 'Line 3 can\'t be read: a quotation mark is missing or in the wrong place.'
    expect(listProblem(refused({ field: 'file', detail }))).toBe(detail)
  })

  it('names the line', () => {
    expect(listProblem(refused({ field: 'line 4, phone', detail: 'Write the number with its country code.' })))
      .toBe('Line 4, phone: Write the number with its country code.')
  })

  it('stops after a handful', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ field: `line ${i + 2}, name`, detail: 'No.' }))
    expect(listProblem(refused(...many))).toMatch(/^Line 2, name: No\. .*Line 6, name: No\. There is more of this kind\.$/)
  })

  it('falls back on the problem itself', () => {
    expect(listProblem(refused())).toBe('Some of this needs another look.')
  })
})

const row = (change: Partial<ImportRow>): ImportRow =>
  ({ line: 2, guest: { name: 'Ana', email: '', phone: '', party_size: 1, tags: [], note: '' }, errors: [], duplicate: false, ...change })

describe('rowProblem', () => {
  it('says all that is wrong', () => {
    const errors = [{ field: 'name', detail: 'Every guest needs a name.' }, { field: 'party_size', detail: 'Use a number.' }]
    expect(rowProblem(row({ errors }), undefined)).toBe('Every guest needs a name. Use a number.')
  })

  it('knows guests of the event, those who stand twice, and lines that are fine', () => {
    expect(rowProblem(row({ duplicate: true }), undefined)).toBe('Already on the list; left out.')
    expect(rowProblem(row({ duplicate: true }), 7)).toContain('twice in this list: line 7')
    expect(rowProblem(row({}), undefined)).toBe('')
  })
})

describe('twinsOf', () => {
  const guest = (more: Partial<ImportRow['guest']>) => ({ name: 'Ana', email: '', phone: '', party_size: 1, tags: [], note: '', ...more })

  it('finds the first line of a guest who is new', () => {
    expect([...twinsOf([
      row({ line: 2, guest: guest({ email: 'ana@example.org' }) }),
      row({ line: 3, guest: guest({ email: 'Ana@example.org' }), duplicate: true }),
      row({ line: 4, guest: guest({ name: 'Zoë', phone: '+1' }) }),
      row({ line: 5, guest: guest({ name: 'zoe', phone: '+1' }), duplicate: true }),
    ])]).toEqual([[3, 2], [5, 4]])
  })

  it('leaves out whom the event has already', () => {
    const ana = guest({ email: 'ana@example.org' })
    expect(twinsOf([row({ line: 2, guest: ana, duplicate: true }), row({ line: 3, guest: ana, duplicate: true })]).size).toBe(0)
  })
})

it('says what a list without a new guest needs', () => {
  const of = (valid: number, invalid: number, duplicates: number) => nobodyNew({ totals: { valid, invalid, duplicates } })
  expect(of(1, 1, 1)).toBeUndefined()
  expect(of(0, 0, 2)).toContain('Everybody on this list')
  expect(of(0, 2, 0)).toContain('No row can be imported')
  expect(of(0, 27, 173)).toBe('Everybody is a guest already, but for the 27 rows to mend.')
})
