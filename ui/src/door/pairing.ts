import { Refused } from './api'

/** Takes the code out of "#pair=CODE"; "" when the address carries none. */
export function codeFromHash(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('pair')?.trim() ?? ''
}

/** Plain words and the next step for a pairing that did not work. */
export function pairProblem(error: unknown): string {
  if (!(error instanceof Refused)) return 'No answer. Check that this phone is on the right network, then try again.'
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.'
  if (error.passing) return 'The server is busy. Try again in a moment.'
  return 'That code does not work. A code is good for ten minutes and one phone. Ask the host for a new one.'
}
