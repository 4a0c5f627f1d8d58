import type { Event } from '@/shared/api/types'
import { dayIn } from '@/shared/format'

export interface EventGroup {
  title: 'Tonight' | 'Upcoming' | 'Past' | 'Archived'
  events: Event[]
}

const night = 6 * 3600 * 1000

/** Sorts events into tonight (going on, or starting on the venue's today), upcoming (next first), past and archived (latest first). */
export function groupEvents(events: Event[], now: Date): EventGroup[] {
  const groups: EventGroup[] = [
    { title: 'Tonight', events: [] },
    { title: 'Upcoming', events: [] },
    { title: 'Past', events: [] },
    { title: 'Archived', events: [] },
  ]
  const sorted = [...events].sort((a, b) => a.starts_at.localeCompare(b.starts_at))
  for (const event of sorted) groups[groupOf(event, now)]!.events.push(event)
  for (const latestFirst of groups.slice(2)) latestFirst.events.reverse()
  return groups.filter((g) => g.events.length > 0)
}

function groupOf(event: Event, now: Date): 0 | 1 | 2 | 3 {
  if (event.state === 'archived') return 3
  const starts = Date.parse(event.starts_at)
  const ends = event.ends_at ? Date.parse(event.ends_at) : starts + night
  if (now.getTime() > ends) return 2
  const today = dayIn(event.starts_at, event.timezone) === dayIn(now, event.timezone)
  return today || starts <= now.getTime() ? 0 : 1
}
