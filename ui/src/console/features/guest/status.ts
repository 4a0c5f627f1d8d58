import type { Guest } from '@/shared/api/types'
import type { GuestStatus } from '@/ui/StatusBadge.vue'

/** The one word for where a guest stands; what happened at the door outranks the answer, the answer the link. */
export function guestStatus(guest: Pick<Guest, 'rsvp' | 'invitation' | 'checkin'>): GuestStatus {
  if (guest.checkin.heads_inside > 0) return 'in'
  if (guest.checkin.first_at) return 'left'
  if (guest.invitation.state === 'revoked') return 'revoked'
  switch (guest.rsvp.status) {
    case 'attending': return 'coming'
    case 'declined': return 'declined'
    case 'maybe': return 'maybe'
    case 'waitlisted': return 'waitlisted'
    case 'none':
      if (guest.invitation.opened_at) return 'opened'
      return guest.invitation.state === 'issued' ? 'invited' : 'new'
  }
}
