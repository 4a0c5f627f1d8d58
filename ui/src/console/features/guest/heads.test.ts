import { describe, expect, it } from 'vitest'
import type { Guest, RsvpStatus } from '@/shared/api/types'
import { headsToCheckIn, partyWords } from './heads'

function guest(party: number, status: RsvpStatus, plusOnes = 0, inside = 0): Pick<Guest, 'party_size' | 'rsvp' | 'checkin'> {
  return {
    party_size: party,
    rsvp: { status, plus_ones: plusOnes, companions: [], answers: {}, message: '', answered_at: null },
    checkin: { heads_inside: inside, first_at: null, last_at: null },
  }
}

describe('partyWords', () => {
  it('shows the answered number once there is one', () => {
    expect(partyWords(guest(3, 'attending', 1))).toBe('2 of 3')
    expect(partyWords(guest(3, 'attending', 2))).toBe('3')
    expect(partyWords(guest(3, 'none'))).toBe('3')
    expect(partyWords(guest(3, 'declined'))).toBe('3')
  })
})

describe('headsToCheckIn', () => {
  it('suggests those who said that they come', () => {
    expect(headsToCheckIn(guest(4, 'attending', 1))).toBe(2)
    expect(headsToCheckIn(guest(4, 'attending', 1, 1))).toBe(1)
  })

  it('suggests the whole party of those who never answered', () => {
    expect(headsToCheckIn(guest(4, 'none'))).toBe(4)
  })

  it('suggests the rest of the party when all who answered are in', () => {
    expect(headsToCheckIn(guest(4, 'attending', 1, 2))).toBe(2)
    expect(headsToCheckIn(guest(1, 'attending', 0, 1))).toBe(1)
  })
})
