import type { Guest } from '@/shared/api/types'

type Party = Pick<Guest, 'party_size' | 'rsvp'>

/** How many heads a guest said that they come with; null without a yes. */
export function headsComing({ party_size: party, rsvp }: Party): number | null {
  return rsvp.status === 'attending' ? Math.min(party, 1 + rsvp.plus_ones) : null
}

/** "3", or "2 of 3" when fewer come than are invited. */
export function partyWords(guest: Party): string {
  const coming = headsComing(guest)
  return coming === null || coming === guest.party_size ? String(guest.party_size) : `${coming} of ${guest.party_size}`
}

/** The same in words for screen readers. */
export function partyLabel(guest: Party): string {
  const coming = headsComing(guest)
  return coming === null ? `Party of ${guest.party_size}, without a yes so far` : `${coming} coming of a party of ${guest.party_size}`
}

/** How many heads to suggest for checking in: the rest of those who said that they come, else of the whole party. */
export function headsToCheckIn(guest: Party & Pick<Guest, 'checkin'>): number {
  const inside = guest.checkin.heads_inside
  const coming = (headsComing(guest) ?? guest.party_size) - inside
  return Math.max(1, coming > 0 ? coming : guest.party_size - inside)
}
