import type { ApiError } from '@/shared/api/client'
import type { ImportRow } from '@/shared/api/import'

const most = 5

/** Why a list was refused: what the server said about the file, or about its lines. */
export function listProblem(problem: ApiError): string {
  const said = problem.fields.map(({ field, detail }) => (field === 'file' ? detail : `${sentence(field)}: ${detail}`))
  const rest = said.length > most ? ['There is more of this kind.'] : []
  return said.length > 0 ? [...said.slice(0, most), ...rest].join(' ') : problem.detail
}

/** What keeps a line from being imported; "" when nothing does. */
export function rowProblem({ errors, duplicate }: ImportRow): string {
  if (errors.length === 0) return duplicate ? 'Already on the list; left out.' : ''
  return errors.map(({ detail }) => detail).join(' ')
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
