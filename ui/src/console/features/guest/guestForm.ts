import type { Guest, GuestInput } from '@/shared/api/types'

/** The guest form as it is typed. */
export interface GuestDraft {
  name: string
  email: string
  phone: string
  partySize: number
  tags: string[]
  note: string
}

export function emptyGuest(plusOnes: number): GuestDraft {
  return { name: '', email: '', phone: '', partySize: 1 + plusOnes, tags: [], note: '' }
}

export function draftOfGuest(guest: Guest): GuestDraft {
  const { name, email, phone, note } = guest
  return { name, email, phone, note, partySize: guest.party_size, tags: guest.tags }
}

export function nameProblem(draft: GuestDraft): string | undefined {
  return draft.name.trim() ? undefined : 'A guest needs a name.'
}

export function guestInput(draft: GuestDraft): Required<GuestInput> {
  return {
    name: draft.name.trim(),
    email: draft.email.trim(),
    phone: draft.phone.trim(),
    party_size: draft.partySize,
    tags: draft.tags,
    note: draft.note.trim(),
  }
}

/** Whether two drafts would be stored as the same. */
export function sameGuest(a: GuestDraft, b: GuestDraft): boolean {
  return JSON.stringify(guestInput(a)) === JSON.stringify(guestInput(b))
}
