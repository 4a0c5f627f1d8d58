import { expect, it } from 'vitest'
import type { ImportRow } from '@/shared/api/import'
import { refusedList } from './refusedList'

const row = (guest: Partial<ImportRow['guest']>, ...errors: ImportRow['errors']): ImportRow =>
  ({ line: 2, guest: { name: 'Ana', email: '', phone: '', party_size: 0, tags: [], note: '', ...guest }, errors, duplicate: false })

it('is a list that can be mended and imported again, and runs nothing', () => {
  const list = refusedList([
    row({ name: 'Costa, Ana "A."', phone: '+12', tags: ['family', '=1'], note: 'two\nlines', party_size: 3 }, { field: 'phone', detail: 'Write the number with its country code.' }),
    row({ name: '=HYPERLINK("x")' }, { field: 'party_size', detail: 'Use a number from 1 to 100.' }, { field: 'email', detail: 'Write an address.' }),
  ])
  expect(list).toBe('\uFEFFname,email,phone,party_size,tags,note,problem\r\n'
    + '"Costa, Ana ""A.""",,\'+12,3,"family;\'=1","two\nlines",Write the number with its country code.\r\n'
    + '"\'=HYPERLINK(""x"")",,,?,,,Use a number from 1 to 100. Write an address.\r\n')
})
