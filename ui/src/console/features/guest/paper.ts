import type { Guest } from '@/shared/api/types'

// One order everywhere, whatever language the browser is set to: Á beside A, 2 before 10.
const order = new Intl.Collator('en', { numeric: true })
const alike = new Intl.Collator('en', { sensitivity: 'base' })
const latin = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

export function byName(guests: Guest[]): Guest[] {
  return [...guests].sort((a, b) => order.compare(a.name, b.name) || a.id.localeCompare(b.id))
}

/** The heading that a name is looked for under: É is under E, Æ under A, a number or a sign under #. */
export function letterOf(name: string): string {
  const first = [...name.trim()][0] ?? ''
  if (!/\p{L}/u.test(first)) return '#'
  if (!/\p{Script=Latin}/u.test(first)) return first.toUpperCase()
  return latin.filter((letter) => alike.compare(letter, first) <= 0).at(-1) ?? '#'
}

/** One line of the door list: a letter, or a guest. */
export type DoorLine = { letter: string; guest?: undefined } | { letter?: undefined; guest: Guest }

export interface DoorPage {
  lines: DoorLine[]
  /** "A–C", to find the page by. */
  letters: string
}

/** Cuts the list into pages of at most so many lines. Every page begins with a letter, and none ends with one. */
export function doorPages(guests: Guest[], linesPerPage: number): DoorPage[] {
  const pages: DoorPage[] = []
  let lines: DoorLine[] = []
  let letter = ''
  let first = ''
  const turn = () => {
    if (lines.length > 0) pages.push({ lines, letters: first === letter ? letter : `${first}–${letter}` })
    lines = []
  }
  for (const guest of byName(guests)) {
    const next = letterOf(guest.name)
    const heading = next !== letter || lines.length === 0
    if (lines.length + (heading ? 2 : 1) > linesPerPage) turn()
    if (heading || lines.length === 0) lines.push({ letter: next })
    if (lines.length === 1) first = next
    letter = next
    lines.push({ guest })
  }
  turn()
  return pages
}

/** Cuts a list into parts of at most `size`. */
export function inParts<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}

/** Whose cards are printed: of all who have a link those who did not say no, or come; or everybody's. */
export type CardsOf = 'expected' | 'coming' | 'all'

export function cardsOf<G extends Pick<Guest, 'rsvp' | 'invitation'>>(guests: G[], who: CardsOf): G[] {
  // Whose link was revoked is not to come in.
  if (who === 'all') return guests.filter(({ invitation }) => invitation.state !== 'revoked')
  const linked = guests.filter(({ invitation }) => invitation.state === 'issued')
  return linked.filter(({ rsvp }) => (who === 'coming' ? rsvp.status === 'attending' : rsvp.status !== 'declined'))
}

const mostBoxes = 6

/** The boxes to tick for a party: one for each of its people, those inside already ticked, and how many had no room. */
export function boxesOf({ party_size: party, checkin }: Pick<Guest, 'party_size' | 'checkin'>): { ticked: boolean[]; more: number } {
  const shown = Math.min(party, mostBoxes)
  return { ticked: Array.from({ length: shown }, (_, i) => i < checkin.heads_inside), more: party - shown }
}
