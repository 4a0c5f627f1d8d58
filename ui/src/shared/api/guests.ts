import type { Band, RsvpStatus } from './types'

/** What `?status=` of the guest list takes: an answer, or being there. */
export type GuestStanding = RsvpStatus | 'inside'

/** How many guests each filter of the list finds. */
export interface GuestCounts {
  total: number
  status: Record<GuestStanding, number>
  band: Record<Band, number>
  /** The 200 that most guests have, those first. */
  tags: { tag: string; guests: number }[]
}

export type GuestsAction = 'delete' | 'tag' | 'untag'
