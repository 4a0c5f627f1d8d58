import { describe, expect, it } from 'vitest'
import { csvFromPaste, headingsOf, protectCell } from './csvText'

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

  it('knows headings by their other names', () => {
    expect(csvFromPaste('Full name;E-Mail\nAna;ana@example.org')).toBe('Full name;E-Mail\nAna;ana@example.org\n')
  })

  it('makes nothing of nothing', () => {
    expect(csvFromPaste(' \n\n')).toBe('')
  })
})

describe('headingsOf', () => {
  it('tells those that were read from those that were left out', () => {
    expect(headingsOf('Full name,"Table, seat",E-Mail,Name\nAna,3,,\n', ['name', 'email']))
      .toEqual({ read: ['Full name', 'E-Mail'], leftOut: ['Table, seat', 'Name'], guessed: false })
  })

  it('reads a spreadsheet and a list with semicolons', () => {
    expect(headingsOf('Name\tCompany\nAna\tAcme', ['name']).leftOut).toEqual(['Company'])
    expect(headingsOf('Name;E-Mail;Company, old\nAna;;Acme', ['name', 'email']).leftOut).toEqual(['Company, old'])
  })

  it('leaves out what the server did not recognise', () => {
    expect(headingsOf('Name,Mobile\nAna,1', ['name'])).toMatchObject({ read: ['Name'], leftOut: ['Mobile'] })
  })

  it('says when there are none', () => {
    expect(headingsOf('Ana,ana@example.org', ['name', 'email'])).toEqual({ read: ['name', 'email'], leftOut: [], guessed: true })
  })
})

it.each([
  ['Ana Costa', 'Ana Costa'],
  ['=HYPERLINK("x")', '\'=HYPERLINK("x")'],
  ['+351', '\'+351'],
  ['-1', '\'-1'],
  ['@ana', '\'@ana'],
  ['\'=1', '\'\'=1'],
  ['Ana;=1', 'Ana;\'=1'],
  ['O’Hara', 'O’Hara'],
  ['\'t Hooft', '\'t Hooft'],
  ['', ''],
])('protectCell(%s) is %s', (cell, safe) => expect(protectCell(cell)).toBe(safe))
