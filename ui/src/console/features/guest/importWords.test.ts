import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/client'
import type { ImportRow } from '@/shared/api/import'
import type { FieldProblem } from '@/shared/api/types'
import { listProblem, rowProblem } from './importWords'

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

describe('rowProblem', () => {
  const row = (change: Partial<ImportRow>): ImportRow =>
    ({ line: 2, guest: { name: 'Ana', email: '', phone: '', party_size: 1, tags: [], note: '' }, errors: [], duplicate: false, ...change })

  it('says all that is wrong', () => {
    const errors = [{ field: 'name', detail: 'Every guest needs a name.' }, { field: 'party_size', detail: 'Use a number.' }]
    expect(rowProblem(row({ errors }))).toBe('Every guest needs a name. Use a number.')
  })

  it('knows duplicates, and lines that are fine', () => {
    expect(rowProblem(row({ duplicate: true }))).toBe('Already on the list; left out.')
    expect(rowProblem(row({}))).toBe('')
  })
})
