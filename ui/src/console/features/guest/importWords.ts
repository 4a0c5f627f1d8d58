import type { ApiError } from '@/shared/api/client'
import type { ImportPreview, ImportRow } from '@/shared/api/import'
import { plural } from '@/shared/format'

const most = 5

/** Why a list was refused: what the server said about the file, or about its lines. */
export function listProblem(problem: ApiError): string {
  const said = problem.fields.map(({ field, detail }) => (field === 'file' ? detail : `${sentence(field)}: ${detail}`))
  const rest = said.length > most ? ['There is more of this kind.'] : []
  return said.length > 0 ? [...said.slice(0, most), ...rest].join(' ') : problem.detail
}

/** What keeps a line from being imported; "" when nothing does. `twin` is the line that has the same guest, if it is in the list. */
export function rowProblem({ errors, duplicate }: ImportRow, twin: number | undefined): string {
  if (errors.length > 0) return errors.map(({ detail }) => detail).join(' ')
  if (!duplicate) return ''
  return twin ? `Stands twice in this list: line ${twin} has the same guest. Left out.` : 'Already on the list; left out.'
}

/** The lines whose guest is new and stands further up in the list, each with the line of the first. */
export function twinsOf(rows: ImportRow[]): Map<number, number> {
  const first = new Map<string, number>()
  const twins = new Map<number, number>()
  for (const { line, guest, errors, duplicate } of rows) {
    const key = contactOf(guest)
    if (errors.length > 0 || !key) continue
    if (!duplicate) first.set(key, line)
    else if (first.has(key)) twins.set(line, first.get(key)!)
  }
  return twins
}

/** What a guest is known by, as the server has it: the address, or the number and the name of one who shares it. */
function contactOf({ name, email, phone }: ImportRow['guest']): string {
  if (email) return email.toLowerCase()
  return phone && `${phone} ${name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}`
}

/** What a list without a new guest needs; undefined when it has one. */
export function nobodyNew({ totals: { valid, invalid, duplicates } }: Pick<ImportPreview, 'totals'>): string | undefined {
  if (valid > 0) return undefined
  if (invalid === 0) return 'Everybody on this list is a guest already.'
  if (duplicates === 0) return 'No row can be imported as it is. Mend the list and look again.'
  return `Everybody is a guest already, but for the ${plural(invalid, 'row')} to mend.`
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
