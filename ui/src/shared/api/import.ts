import type { FieldProblem, GuestInput, ImportField } from './types'

export interface ImportRow {
  line: number
  guest: Required<GuestInput>
  errors: FieldProblem[]
  duplicate: boolean
}

export interface ImportPreview {
  columns: string[]
  rows: ImportRow[]
  totals: { valid: number; invalid: number; duplicates: number }
  /** Of all columns, in the order of the list. */
  headers: string[]
  /** What each column was taken for. */
  mapping: ImportField[]
  /** The start of the first filled cell of each column. */
  samples: string[]
  source: 'doorward' | 'google' | 'outlook' | 'eventbrite' | 'luma' | ''
  /** The list names its columns; else `headers` are made up. */
  headings: boolean
}

export interface ImportResult {
  created: number
  skipped: number
  errors: { line: number; errors: FieldProblem[] }[]
}
