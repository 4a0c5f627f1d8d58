import { describe, expect, it } from 'vitest'
import { csvFromPaste } from './csvText'

describe('csvFromPaste', () => {
  it('leaves CSV with a header as it is', () => {
    expect(csvFromPaste('name,email\r\nAna,ana@example.org\r\n\r\n')).toBe('name,email\nAna,ana@example.org\n')
  })

  it('gives a bare list of names a header', () => {
    expect(csvFromPaste('Ana Costa\nBen Idris')).toBe('name\nAna Costa\nBen Idris\n')
  })

  it('heads as many columns as the widest row has', () => {
    expect(csvFromPaste('Ana\nBen,ben@example.org,+44')).toBe('name,email,phone\nAna\nBen,ben@example.org,+44\n')
  })

  it('turns spreadsheet tabs into commas and quotes what needs it', () => {
    expect(csvFromPaste('Name\tNote\nZoë\tnuts, "all" of them')).toBe('Name,Note\nZoë,"nuts, ""all"" of them"\n')
  })

  it('makes nothing of nothing', () => {
    expect(csvFromPaste(' \n\n')).toBe('')
  })
})
