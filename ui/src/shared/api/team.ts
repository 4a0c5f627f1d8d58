import type { Role } from './types'

// The shapes of teams and invitations on the wire.

/** A member of an event's team. */
export interface Collaborator {
  user_id: string
  email: string
  name: string
  role: Role
  since: string
}

/** Nobody accepted it yet; it may have expired. */
export interface PendingInvite {
  email: string
  role: Role
  expires_at: string
  mail: 'queued' | 'sent' | 'failed'
}

export interface Team {
  items: Collaborator[]
  pending: PendingInvite[]
}

/** What somebody is invited to. */
export interface Invite {
  event_name: string
  role: Role
  inviter_name: string
  email: string
  expires_at: string
}

export interface AcceptedInvite {
  event_id: string
  role: Role
}
