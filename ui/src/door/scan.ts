import { checking, noConnection, partyName, problem, type Verdict, verdictOf } from './verdict'
import type { CheckinItem, Outcome } from './wire'

/** How long Undo stays under the thumb. */
export const undoAtHand = 8_000
/** How long the server takes an undo. */
export const undoPossible = 15 * 60_000

/**
 * One thing the door person did, from the scan to the answer.
 * `waiting`: there was no answer yet and it is tried again. `correcting`: admitted, and the heads are being changed.
 */
export interface Scan {
  item: CheckinItem
  /** The guest's name where it is known before the answer, else "". */
  name: string
  state: 'checking' | 'waiting' | 'answered' | 'correcting' | 'undone'
  outcome: Outcome | null
  /** The heads that should be inside after a correction that is under way, else null. */
  wanted: number | null
  /** The server's words when it refused to look at the scan at all, else "". */
  problem: string
  /** When the answer came, in milliseconds. */
  answeredAt: number
  /** A sentence about a change that did not work, else "". */
  hint: string
}

/** How a party came in: `inside` of `party` heads, of whom this scan can be corrected to between `least` and `most`. */
export interface Heads {
  inside: number
  party: number
  least: number
  most: number
}

/** A scan that is on its way. */
export function newScan(item: CheckinItem, name: string): Scan {
  return { item, name, state: 'checking', outcome: null, wanted: null, problem: '', answeredAt: 0, hint: '' }
}

export function verdictFor(scan: Scan): Verdict {
  if (scan.state === 'checking') return checking
  if (scan.state === 'waiting') return noConnection
  return scan.outcome ? verdictOf(scan.outcome) : problem(scan.problem)
}

/** Who this is about: "Ana Costa + 2", or "" while nobody knows. */
export function nameOf(scan: Scan): string {
  const guest = scan.outcome?.guest
  return guest ? partyName(guest.name, guest.party_size) : scan.name
}

/** Whether the scan let somebody in, and still stands. */
export function isIn(scan: Scan): boolean {
  return (scan.state === 'answered' || scan.state === 'correcting') && scan.outcome?.outcome === 'admitted'
}

/** The heads of an admitted party of two or more, or null when there is nothing to correct. */
export function headsOf(scan: Scan): Heads | null {
  const guest = scan.outcome?.guest
  if (!guest || guest.party_size < 2 || !isIn(scan)) return null
  return {
    inside: scan.wanted ?? guest.heads_inside,
    party: guest.party_size,
    least: insideBefore(scan.outcome!) + 1,
    // After an override more heads than the party has may be inside.
    most: Math.max(guest.party_size, guest.heads_inside),
  }
}

/** "2 of 3 inside", or "4 inside, party of 3" after an override. */
export function headsWords(inside: number, party: number): string {
  return inside > party ? `${inside} inside, party of ${party}` : `${inside} of ${party} inside`
}

/** How many of the party were inside before this check-in. */
export function insideBefore(outcome: Outcome): number {
  return (outcome.guest?.heads_inside ?? 0) - outcome.heads
}

/**
 * The check-in that takes the place of an undone one. It names the guest instead of the token, so that the same code
 * does not count as used twice; an override keeps its token, because it answers to that code's refusal.
 */
export function correctedItem(item: CheckinItem, before: Outcome, heads: number, nonce: string): CheckinItem {
  const corrected = { ...item, nonce, heads }
  if (item.override || !before.guest) return corrected
  return { ...corrected, token: undefined, guest_id: before.guest.id }
}
