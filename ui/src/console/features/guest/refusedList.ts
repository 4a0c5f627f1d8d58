import type { ImportRow } from '@/shared/api/import'
import { csvLine } from './csvText'

const columns = ['name', 'email', 'phone', 'party_size', 'tags', 'note', 'problem']

/**
 * The rows that could not be imported, to be mended in a spreadsheet and imported again; what is wrong stands at the end,
 * in a column that an import leaves out.
 */
export function refusedList(rows: ImportRow[]): string {
  const lines = rows.map(({ guest, errors }) => [guest.name, guest.email, guest.phone, party(guest.party_size, errors), guest.tags.join(';'), guest.note, errors.map(({ detail }) => detail).join(' ')])
  // A spreadsheet takes a list for UTF-8 by its first character.
  return `\uFEFF${[columns, ...lines].map(csvLine).join('\r\n')}\r\n`
}

/** A number that could not be read must not be imported as none. */
function party(size: number, errors: ImportRow['errors']): string {
  if (errors.some(({ field }) => field === 'party_size' || field === 'plus_ones')) return '?'
  return size > 0 ? String(size) : ''
}
