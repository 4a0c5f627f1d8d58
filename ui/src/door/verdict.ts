// What the door person reads for each outcome. The table is closed: a refusal without a row does not compile.
import { clock } from './clock'
import type { Outcome, Refusal, Status } from './wire'

/** The five screens. `already` is amber, where a person decides. `waiting` means that the server has not answered, so nobody is admitted yet. */
export type VerdictKind = 'come-in' | 'already' | 'stop' | 'unknown' | 'waiting'

export interface Verdict {
  kind: VerdictKind
  title: string
  /** What to do now; may be empty when the title says it all. */
  advice: string
  /** A person may let this guest in all the same. */
  override: boolean
}

const refusals: Record<Refusal, Verdict> = {
  already_inside: {
    kind: 'already',
    title: 'Already in',
    advice: 'Ask who came in with this code before.',
    override: true,
  },
  party_full: {
    kind: 'already',
    title: 'Too many',
    advice: 'This party has fewer places left than you asked for.',
    override: true,
  },
  capacity: {
    kind: 'already',
    title: 'House full',
    advice: 'No places left. Ask the host before you let more people in.',
    override: true,
  },
  not_inside: {
    kind: 'already',
    title: 'Not inside',
    advice: 'Nobody of this party is marked as inside.',
    override: false,
  },
  replaced: {
    kind: 'stop',
    title: 'Old code',
    advice: 'A newer one was sent. Ask for the latest message, or find the name.',
    override: false,
  },
  revoked: {
    kind: 'stop',
    title: 'Withdrawn',
    advice: 'The host took this invitation back. Ask the host.',
    override: false,
  },
  wrong_event: {
    kind: 'stop',
    title: 'Other event',
    advice: 'This code is for a different event. Check its name and date with the guest.',
    override: false,
  },
  event_closed: {
    kind: 'stop',
    title: 'Doors closed',
    advice: 'The host has closed this event. Ask the host.',
    override: false,
  },
  blocked: {
    kind: 'stop',
    title: 'On hold',
    advice: 'The host wants a look at this one. Ask the host first.',
    override: true,
  },
  expired_device: {
    kind: 'stop',
    title: 'This phone is out',
    advice: 'Its time at the door is over. Ask the host for a new pairing code.',
    override: false,
  },
  invalid: {
    kind: 'unknown',
    title: 'Not ours',
    advice: 'This code is not from this guest list. Try finding the name.',
    override: false,
  },
}

function isRefusal(reason: string): reason is Refusal {
  return Object.hasOwn(refusals, reason)
}

// Nobody keeps a place for these. They are checked in as everybody is, and the door is told to ask.
const unexpectedGuests: Partial<Record<Status, string>> = { waitlisted: 'On the waiting list', declined: 'Said no' }

/** The verdict for an answered check-in. A reason newer than this page stops the guest and asks the host. */
export function verdictOf(outcome: Outcome): Verdict {
  if (outcome.outcome === 'admitted') {
    const advice = outcome.conflict ? 'Another door let this party in as well. The host has been told.' : ''
    const unexpected = unexpectedGuests[outcome.guest?.status ?? 'attending']
    if (!unexpected) return { kind: 'come-in', title: 'Come in', advice, override: false }
    return { kind: 'already', title: unexpected, advice: advice || 'Counted as in. Ask the host, and undo if they are not to come in.', override: false }
  }
  if (!isRefusal(outcome.reason)) return problem('This code cannot be let in here.')
  const row = refusals[outcome.reason]
  // Only a known guest can be let in by hand.
  return { ...row, override: row.override && outcome.guest !== null }
}

export const checking: Verdict = { kind: 'waiting', title: 'Checking', advice: 'One moment.', override: false }

export const noConnection: Verdict = {
  kind: 'waiting',
  title: 'Not admitted yet',
  advice: 'No answer yet. The scan is kept and tried again by itself until there is one.',
  override: false,
}

/** The verdict for a scan that the server refused to look at; `detail` are the server's own words. */
export function problem(detail: string): Verdict {
  return { kind: 'stop', title: 'Ask the host', advice: detail, override: false }
}

/** "21:02 · Side door · Rui's phone": the admission that explains a refusal, or "" when there is none. */
export function firstLine(first: Outcome['first'], now: number, zone: string): string {
  if (!first) return ''
  return [clock(first.at, now, zone), first.entrance, first.device].filter(Boolean).join(' · ')
}

/** "Ana Costa + 2": a party is named after its guest. */
export function partyName(name: string, partySize: number): string {
  return partySize > 1 ? `${name} + ${partySize - 1}` : name
}

const statuses = {
  none: 'No answer',
  attending: 'Coming',
  declined: 'Said no',
  maybe: 'Maybe',
  waitlisted: 'Waiting list',
} as const

/** A guest's answer in the words of the door. */
export function statusWord(status: keyof typeof statuses): string {
  return statuses[status]
}

/** How many heads to expect of a party: those who were announced, or all while nobody said. */
export function announced(guest: { party_size: number; status: keyof typeof statuses; plus_ones: number }): number {
  return guest.status === 'attending' ? Math.min(1 + guest.plus_ones, guest.party_size) : guest.party_size
}

/** What to know before letting in somebody whom nobody expects; "" for those who said that they come. */
export function answerNote(status: keyof typeof statuses): string {
  switch (status) {
    case 'attending':
      return ''
    case 'none':
      return 'Has not answered the invitation.'
    case 'declined':
      return 'Said no. Ask the host if in doubt.'
    case 'maybe':
      return 'Answered maybe.'
    case 'waitlisted':
      return 'Is on the waiting list. Ask the host first.'
  }
}
