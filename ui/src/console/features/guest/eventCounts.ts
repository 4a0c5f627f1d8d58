import type { Counts, Event, Guest } from '@/shared/api/types'

/** How many guests gave no answer of any kind yet. */
export function toAnswer({ guests, attending, maybe, declined, waitlisted }: Counts): number {
  return guests - attending - maybe - declined - waitlisted
}

/** An event as it is without guests who are about to be deleted. */
export function eventWithout(event: Event, gone: Guest[]): Event {
  const counts = { ...event.counts }
  for (const { rsvp, invitation, checkin } of gone) {
    counts.guests--
    if (invitation.state === 'issued') counts.invited--
    if (invitation.opened_at) counts.opened--
    if (rsvp.status === 'attending') {
      counts.attending--
      counts.heads_expected -= 1 + rsvp.plus_ones
    }
    if (rsvp.status === 'maybe') counts.maybe--
    if (rsvp.status === 'declined') counts.declined--
    if (rsvp.status === 'waitlisted') counts.waitlisted--
    counts.heads_inside -= checkin.heads_inside
  }
  return { ...event, counts }
}
