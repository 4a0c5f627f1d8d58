import type { ImportPreview } from '@/shared/api/import'
import type { ImportField } from '@/shared/api/types'

const labels: Record<Exclude<ImportField, 'id'>, string> = {
  '': 'Left out',
  name: 'Name',
  first_name: 'First name',
  last_name: 'Last name',
  email: 'E-mail',
  phone: 'Phone',
  party_size: 'Party size',
  plus_ones: 'Plus-ones',
  tags: 'Tags',
  note: 'Note',
}

function labelOf(field: ImportField): string {
  return field === 'id' ? 'Guest id' : labels[field]
}

const choices = Object.entries(labels).map(([value, label]) => ({ value, label }))

const programs: Record<ImportPreview['source'], string> = {
  doorward: 'our own export',
  google: 'Google Contacts',
  outlook: 'Outlook',
  eventbrite: 'Eventbrite',
  luma: 'Luma',
  '': '',
}

/** Fields that only one column can be; of the others the server takes the first filled cell, or joins them. */
const single: ImportField[] = ['name', 'party_size', 'plus_ones', 'id']

/** What a column can be said to hold. An id is in exports of ours alone. */
export function fieldChoices(field: ImportField): { value: string; label: string }[] {
  return field === 'id' ? [...choices, { value: 'id', label: labelOf('id') }] : choices
}

/** The program that a list comes from, "" when it is not known. */
export function programOf({ source }: ImportPreview): string {
  return programs[source]
}

/** The mapping with another field for one column; a field that only one column can be leaves the other. */
export function remapped(mapping: ImportField[], column: number, field: ImportField): ImportField[] {
  return mapping.map((old, i) => {
    if (i === column) return field
    return old === field && single.includes(field) ? '' : old
  })
}

/**
 * The headers of the columns that are read, or where the list has none what they were taken for, and the headers of those
 * that are left out though something is in them.
 */
export function columnsOf({ headers, mapping, samples, headings }: ImportPreview): { read: string[]; leftOut: string[] } {
  const left = headers.filter((header, i) => mapping[i] === '' && (header || samples[i]))
  const read = headers.map((header, i) => (headings ? header : labelOf(mapping[i] ?? ''))).filter((_, i) => mapping[i] !== '')
  return { read, leftOut: left.map((header) => header || 'a column without a heading') }
}

/** A list whose names are in no column yet. */
export function nameless({ mapping }: ImportPreview): boolean {
  return !mapping.some((field) => field === 'name' || field === 'first_name' || field === 'last_name')
}
