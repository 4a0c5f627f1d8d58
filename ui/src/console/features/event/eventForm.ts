import type { Event, EventInput } from '@/shared/api/types'
import { fromLocalInput, plural, toLocalInput } from '@/shared/format'
import { draftsOf, questionsOf, type QuestionDraft } from './questions'

/** The event form as it is typed: times are wall clocks in the form's timezone. */
export interface EventDraft {
  name: string
  venue: string
  description: string
  starts: string
  ends: string
  timezone: string
  capacity: string
  plusOnes: number
  deadline: string
  waitlist: boolean
  questions: QuestionDraft[]
}

/** A draft of its own to type in. */
export function copyOf(draft: EventDraft): EventDraft {
  return { ...draft, questions: draft.questions.map((question) => ({ ...question })) }
}

export function emptyDraft(): EventDraft {
  return {
    name: '',
    venue: '',
    description: '',
    starts: '',
    ends: '',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    capacity: '',
    plusOnes: 0,
    deadline: '',
    waitlist: false,
    questions: [],
  }
}

export function draftOf(event: Event): EventDraft {
  return {
    name: event.name,
    venue: event.venue,
    description: event.description,
    starts: toLocalInput(event.starts_at, event.timezone),
    ends: toLocalInput(event.ends_at, event.timezone),
    timezone: event.timezone,
    capacity: event.capacity ? String(event.capacity) : '',
    plusOnes: event.default_plus_ones,
    deadline: toLocalInput(event.rsvp_deadline, event.timezone),
    waitlist: event.waitlist,
    questions: draftsOf(event.questions),
  }
}

/** What is wrong with a draft, by the field's name on the wire. Empty: nothing. */
export function draftProblems(draft: EventDraft): Record<string, string> {
  const problems: Record<string, string> = {}
  if (!draft.name.trim()) problems.name = 'Give it a name your guests will know it by.'
  if (!draft.starts) problems.starts_at = 'When does it start?'
  const starts = instant(draft.starts, draft.timezone)
  const ends = instant(draft.ends, draft.timezone)
  if (starts && ends && ends <= starts) problems.ends_at = ends < starts ? 'This is before it starts.' : 'It would end as it starts.'
  if (ends && instant(draft.deadline, draft.timezone) > ends) problems.rsvp_deadline = 'The event is over by then.'
  if (draft.capacity && !/^[1-9]\d*$/.test(draft.capacity.trim())) problems.capacity = 'A whole number, or nothing for no limit.'
  for (const [field, time] of [['starts_at', draft.starts], ['ends_at', draft.ends], ['rsvp_deadline', draft.deadline]] as const) {
    const skipped = skippedProblem(time, draft.timezone)
    if (skipped) problems[field] = skipped
  }
  return problems
}

/** Milliseconds; 0 for no time. */
function instant(local: string, timezone: string): number {
  return Date.parse(fromLocalInput(local, timezone) ?? '') || 0
}

/** What is wrong with a wall-clock time that does not exist: the hour that clocks skip in spring. */
export function skippedProblem(local: string, timezone: string): string | undefined {
  const there = toLocalInput(fromLocalInput(local, timezone), timezone)
  return there === local ? undefined : `Clocks are put forward that night, and there is no such time. Use ${there.slice(11)}, or another.`
}

/** A room that is too small for those who said yes already: nobody is put out, but nobody more comes in. */
export function capacityWarning(draft: EventDraft, expected: number): string | undefined {
  const room = Number(draft.capacity)
  return room > 0 && room < expected ? `${plural(expected, 'person is', 'people are')} expected already. They keep their places, and nobody more gets one.` : undefined
}

/** A deadline that lets guests answer when the event is on is allowed, but seldom meant. */
export function deadlineWarning(draft: EventDraft): string | undefined {
  return draft.starts && draft.deadline > draft.starts ? 'This is after the event starts.' : undefined
}

/** The wire form of a draft without problems. */
export function inputOf(draft: EventDraft): Required<EventInput> {
  return {
    name: draft.name.trim(),
    venue: draft.venue.trim(),
    description: draft.description.trim(),
    starts_at: fromLocalInput(draft.starts, draft.timezone) ?? '',
    ends_at: fromLocalInput(draft.ends, draft.timezone),
    timezone: draft.timezone,
    capacity: draft.capacity ? Number(draft.capacity) : null,
    default_plus_ones: draft.plusOnes,
    rsvp_deadline: fromLocalInput(draft.deadline, draft.timezone),
    waitlist: draft.waitlist,
    questions: questionsOf(draft.questions),
  }
}

/** Every timezone the browser knows, with the draft's own among them, which an old browser may miss. */
export function timezones(own: string): { value: string; label: string }[] {
  const known = new Set(Intl.supportedValuesOf('timeZone'))
  known.add('UTC').add(own)
  return [...known].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ').replaceAll('/', ' / ') }))
}
