// The door's share of the HTTP API, as the server writes it.

export type Scope = 'scan' | 'search' | 'undo' | 'walk_in'

export type Refusal =
  | 'invalid'
  | 'wrong_event'
  | 'replaced'
  | 'revoked'
  | 'already_inside'
  | 'party_full'
  | 'event_closed'
  | 'blocked'
  | 'expired_device'
  | 'not_inside'
  | 'capacity'

export interface Counts {
  guests: number
  heads_expected: number
  heads_inside: number
  entrances: { entrance: string; in: number; out: number }[]
}

export interface DoorEvent {
  id: string
  name: string
  venue: string
  starts_at: string
  timezone: string
}

export interface Pairing {
  device_token: string
  device_id: string
  event: DoorEvent
  entrance: string
  scopes: Scope[]
}

export interface DoorState {
  event: DoorEvent & { state: 'open' | 'closed' | 'archived' }
  entrance: string
  device: { id: string; name: string }
  scopes: Scope[]
  counts: Counts
  clock: 'synced' | 'unsynced' | 'jumped'
}

/** One check-in as it is sent. Exactly one of token and guest_id is set. */
export interface CheckinItem {
  nonce: string
  token?: string
  guest_id?: string
  direction: 'in'
  /** Absent: those who were announced and are not inside yet. */
  heads?: number
  /** The scan's own time, RFC 3339. */
  at: string
  override?: boolean
}

/** What a guest answered. */
export type Status = 'none' | 'attending' | 'declined' | 'maybe' | 'waitlisted'

export interface OutcomeGuest {
  id: string
  name: string
  party_size: number
  heads_inside: number
  status: Status
  plus_ones: number
  note: string
}

export interface Outcome {
  nonce: string
  outcome: 'admitted' | 'refused'
  reason: Refusal | ''
  guest: OutcomeGuest | null
  /** The earliest admission that explains already_inside and party_full. */
  first: { at: string; entrance: string; device: string } | null
  conflict: boolean
  /** Heads that this item moved. */
  heads: number
}

export interface CheckinAnswer {
  items: Outcome[]
  counts: Counts
}

export interface UndoAnswer {
  nonce: string
  undone: true
  guest: OutcomeGuest
  counts: Counts
}

export interface FoundGuest {
  id: string
  name: string
  party_size: number
  heads_inside: number
  status: Status
  plus_ones: number
  note: string
}
