// The shapes on the wire, as CONTRACT.md §3–7 has them. Times are RFC 3339 in UTC.

import type { Question, Rsvp } from './rsvp'

export interface List<T> {
  items: T[]
  next: string | null
}

export interface User {
  id: string
  email: string
  name: string
  email_verified: boolean
  /** null: none was ever accepted. */
  terms_accepted_version: string | null
  /** The newest; whoever accepted another is asked. */
  terms_version: string
  /** Looks after the box: the first account. */
  administrator: boolean
  created_at: string
}

/** A browser that is signed in. */
export interface SignedInDevice {
  id: string
  /** Browser and system in words. */
  device: string
  created_at: string
  /** To ten minutes. */
  last_used_at: string
  current: boolean
}

export interface Session {
  access_token: string
  /** Seconds. */
  expires_in: number
  user?: User
  /** After set-up, once; missing when it could not be made. */
  recovery_code?: string
}

export type Role = 'owner' | 'editor' | 'viewer'
export type EventState = 'open' | 'closed' | 'archived'

export interface Counts {
  guests: number
  invited: number
  opened: number
  attending: number
  maybe: number
  declined: number
  waitlisted: number
  heads_expected: number
  heads_inside: number
}

export interface Event {
  id: string
  name: string
  description: string
  venue: string
  starts_at: string
  ends_at: string | null
  /** IANA name. */
  timezone: string
  /** ISO 3166 code of the country of the time zone; "" when it lies in none. */
  readonly country: string
  /** Heads; null means no limit. */
  capacity: number | null
  default_plus_ones: number
  rsvp_deadline: string | null
  state: EventState
  /** Who finds no place may wait for one. */
  waitlist: boolean
  /** In the order they are asked. */
  questions: Question[]
  your_role: Role
  counts: Counts
  created_at: string
  updated_at: string
}

export interface EventInput {
  name: string
  description?: string
  venue?: string
  starts_at: string
  ends_at?: string | null
  timezone: string
  capacity?: number | null
  default_plus_ones?: number
  rsvp_deadline?: string | null
  waitlist?: boolean
  questions?: Question[]
}

export type RsvpStatus = 'none' | 'attending' | 'declined' | 'maybe' | 'waitlisted'
export type InvitationState = 'none' | 'issued' | 'revoked'
export type Band = 'low' | 'medium' | 'high' | 'block'

export interface Guest {
  id: string
  /** What the guest can say at the door: six letters; "" when there is none. */
  code: string
  event_id: string
  name: string
  email: string
  phone: string
  party_size: number
  tags: string[]
  note: string
  rsvp: Rsvp
  invitation: {
    state: InvitationState
    sent_at: string | null
    opened_at: string | null
  }
  risk: { band: Band | null; score: number | null }
  checkin: { heads_inside: number; first_at: string | null; last_at: string | null }
  created_at: string
  updated_at: string
}

export interface GuestInput {
  name: string
  email?: string
  phone?: string
  party_size?: number
  tags?: string[]
  note?: string
}

export interface FieldProblem {
  field: string
  detail: string
}

/** What a column of a list holds; "" is left out. */
export type ImportField =
  'name' | 'first_name' | 'last_name' | 'email' | 'phone' | 'party_size' | 'plus_ones' | 'tags' | 'note' | 'id' | ''

export interface GuestLink {
  token: string
  url: string
  issued_at: string
  sent: boolean
}

export interface GuestRef {
  id: string
  name: string
}

export interface Reason {
  code: string
  points: number
  text: string
}

export type AccessKind = 'open' | 'rsvp' | 'scan'
export type AccessClass = 'human' | 'preview' | 'scanner' | 'prefetch' | 'automation'
export type AccessAction = 'allowed' | 'flagged' | 'blocked'

export interface AccessLog {
  id: string
  guest: GuestRef
  kind: AccessKind
  at: string
  class: AccessClass
  band: Band
  score: number
  action: AccessAction
  capped: boolean
  /** False when the engine failed and the access was let through unscored. */
  evaluated: boolean
  /** The points add up to the score. */
  reasons: Reason[]
  ip: string
  device: string
  /** What it would be if the device were known as the guest's. */
  if_known: { score: number; band: Band }
  /** A host's; null when nobody gave one. */
  verdict: Opinion | null
}

/** A host's word on an access. */
export type Opinion = 'legitimate' | 'suspicious'

export interface Feedback {
  access: AccessLog
  guest: GuestRef
  verdict: Opinion
  note: string
  by: string
  at: string
}

export interface BandPreview {
  days: number
  total: number
  thresholds: Thresholds
  bands: Record<Band, number>
  /** Accesses by score, 0 to 100. */
  scores: number[]
}

/** How well a model agrees with verdicts; all zero when it was not measured. */
export interface Figures {
  /** Mean log-loss over the verdicts of guests that it was not fitted to; lower is better. */
  loss: number
  deviation: number
  area: number
  /** Share of the sample strangers that it would catch. */
  caught: number
}

/** What every access is judged by, or was once; 0 is the default. */
export interface LearnedModel {
  id: number
  at: string | null
  origin: 'default' | 'learned' | 'reverted'
  current: boolean
  legitimate: number
  suspicious: number
  before: Figures
  after: Figures
  weights: number[]
  offset: number
}

/** The outcome of one attempt to learn. */
export interface Lesson {
  /** Whether what was learned passed the gates. */
  active: boolean
  /** Why it did not, in words. */
  reason: string
  legitimate: number
  suspicious: number
  before: Figures
  after: Figures
}

export type Direction = 'in' | 'out'
export type CheckinOutcome = 'admitted' | 'refused'
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

/** The answer to one check-in, at the door or by hand. */
export interface Outcome {
  nonce: string
  outcome: CheckinOutcome
  reason: Refusal | ''
  guest: { id: string; name: string; party_size: number; heads_inside: number; note: string } | null
  /** The earliest admission that explains already_inside and party_full. */
  first: { at: string; entrance: string; device: string } | null
  conflict: boolean
  /** Heads that this item moved. */
  heads: number
}

interface ActivityRow<Kind extends string, Data> {
  /** The live stream's cursor: grows with every row. */
  id: number
  kind: Kind
  at: string
  data: Data
}

export type AccessActivity = ActivityRow<'access', {
  access_id: string
  guest: GuestRef
  kind: AccessKind
  class: AccessClass
  band: Band
  score: number
  action: AccessAction
  reasons: Reason[]
}>

export type RsvpActivity = ActivityRow<'rsvp', {
  guest: GuestRef
  status: RsvpStatus
  plus_ones: number
  message?: string
  /** A place became free for a guest who had waited. */
  promoted?: boolean
}>

export type CheckinActivity = ActivityRow<'checkin', {
  checkin_id: string
  /** Empty strings when the code named nobody. */
  guest: GuestRef
  party_size: number
  heads_inside: number
  direction: Direction
  heads: number
  outcome: CheckinOutcome
  reason?: Refusal
  entrance: string
  by: string
  override?: boolean
  conflict?: boolean
  undone?: boolean
}>

export type GuestActivity = ActivityRow<'guest', {
  change: 'created' | 'updated' | 'deleted' | 'imported' | 'issued' | 'rotated' | 'revoked' | 'resent' | 'sent' | 'unsent'
  guest: GuestRef
  count?: number
  by: string
}>

export type EventActivity = ActivityRow<'event', {
  change:
    | 'created' | 'updated' | 'duplicated' | 'deleted' | 'restored' | 'thresholds' | 'allowlist' | 'device_added' | 'device_paired' | 'device_revoked'
    | 'member_invited' | 'invite_cancelled' | 'member_joined' | 'member_role' | 'member_left' | 'member_removed'
  detail?: string
  by: string
}>

export type Activity = AccessActivity | RsvpActivity | CheckinActivity | GuestActivity | EventActivity

/** Sent by the live stream alone: refetch everything by HTTP. */
export type Resync = ActivityRow<'resync', Record<string, never>>

export interface Thresholds {
  medium: number
  high: number
  block: number
}

export interface ThresholdSettings extends Thresholds {
  defaults: Thresholds
}

export interface AllowedNetwork {
  cidr: string
  note: string
  added_at: string
}

export type Scope = 'scan' | 'search' | 'undo' | 'walk_in'
export type DeviceState = 'pairing' | 'active' | 'expired' | 'revoked'

export interface Device {
  id: string
  name: string
  entrance: string
  scopes: Scope[]
  state: DeviceState
  created_at: string
  paired_at: string | null
  last_seen_at: string | null
  expires_at: string | null
}

export interface Pairing {
  device_id: string
  pairing_code: string
  pairing_url: string
  /** Seconds. */
  expires_in: number
}
