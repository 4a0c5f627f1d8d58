import { reactive, watch } from 'vue'
import type { Guest } from '@/shared/api/types'
import { firstMessage } from './message'

/** Where sending an event's links stands in this browser. Who was sent the link is with the server. */
export interface Run {
  template: string
  /** Whom a host chose; null is everybody. */
  ids: string[] | null
  /** When the chosen had been sent their link before, so that sending it again counts; null until that was looked up. */
  before: Record<string, string | null> | null
  /** What was done here, in order, so that it can be taken back. */
  trail: { id: string; what: 'sent' | 'skipped' }[]
  /** For whom WhatsApp was opened last: the question is then whether it went out. */
  opened: string
}

const fresh = (): Run => ({ template: firstMessage, ids: null, before: null, trail: [], opened: '' })
const key = (eventId: string) => `send:${eventId}`

function read(eventId: string): Run {
  try {
    return { ...fresh(), ...JSON.parse(localStorage.getItem(key(eventId)) ?? '{}') as Partial<Run> }
  } catch {
    return fresh()
  }
}

function write(eventId: string, run: Run) {
  try {
    localStorage.setItem(key(eventId), JSON.stringify(run))
  } catch {
    // A browser that keeps nothing still sends: only a reload then begins with the list of the server.
  }
}

/** The run of an event, kept as it changes. */
export function useRun(eventId: string): Run {
  const run = reactive(read(eventId))
  watch(run, () => write(eventId, run))
  return run
}

/** Begins a run for these guests alone, or for everybody; the message stays. Whoever calls it goes on to the page `send`. */
export function chooseGuests(eventId: string, ids: string[] | null) {
  write(eventId, { ...fresh(), template: read(eventId).template, ids })
}

export type Standing = 'sent' | 'revoked' | 'no_phone' | 'skipped' | 'waiting'

/** Who the run is about, each with where they stand, by name. */
export function standings(guests: Guest[], run: Run): { guest: Guest; standing: Standing }[] {
  const chosen = run.ids && new Set(run.ids)
  const skipped = new Set<string>()
  for (const { id, what } of run.trail) {
    if (what === 'skipped') skipped.add(id)
  }
  return guests.filter((guest) => !chosen || chosen.has(guest.id)).map((guest) => ({ guest, standing: standingOf(guest, run, skipped) }))
}

function standingOf(guest: Guest, run: Run, skipped: Set<string>): Standing {
  const { state, sent_at: sentAt } = guest.invitation
  if (state === 'revoked') return 'revoked'
  if (sentAt && (!run.ids || sentAt !== run.before?.[guest.id])) return 'sent'
  if (!guest.phone) return 'no_phone'
  return skipped.has(guest.id) ? 'skipped' : 'waiting'
}
