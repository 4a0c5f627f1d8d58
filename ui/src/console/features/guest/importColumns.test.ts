import { describe, expect, it } from 'vitest'
import type { ImportPreview } from '@/shared/api/import'
import { columnsOf, fieldChoices, nameless, remapped } from './importColumns'

const preview = (change: Partial<ImportPreview>): ImportPreview => ({
  columns: [], rows: [], totals: { valid: 0, invalid: 0, duplicates: 0 }, headers: [], mapping: [], samples: [], source: '', headings: true, ...change,
})

describe('remapped', () => {
  it('moves what only one column can be', () => {
    expect(remapped(['name', '', 'email'], 1, 'name')).toEqual(['', 'name', 'email'])
  })

  it('lets several columns hold numbers', () => {
    expect(remapped(['phone', ''], 1, 'phone')).toEqual(['phone', 'phone'])
  })

  it('leaves out many', () => {
    expect(remapped(['name', '', ''], 0, '')).toEqual(['', '', ''])
  })
})

describe('columnsOf', () => {
  it('tells those that are read from those that are left out', () => {
    const list = preview({ headers: ['Name', 'Company', '', ''], mapping: ['name', '', '', ''], samples: ['Ana', 'Acme', 'x', ''] })
    expect(columnsOf(list)).toEqual({ read: ['Name'], leftOut: ['Company', 'a column without a heading'] })
  })
})

it('tells what columns without headings were taken for', () => {
  expect(columnsOf(preview({ headers: ['Column 1', 'Column 2'], mapping: ['name', 'email'], headings: false })).read).toEqual(['Name', 'E-mail'])
})

it('offers ids to exports of ours alone', () => {
  expect(fieldChoices('id').map(({ value }) => value)).toContain('id')
  expect(fieldChoices('name').map(({ value }) => value)).not.toContain('id')
})

it('takes halves of a name for one', () => {
  expect(nameless(preview({ mapping: ['first_name', ''] }))).toBe(false)
  expect(nameless(preview({ mapping: ['email', ''] }))).toBe(true)
})
