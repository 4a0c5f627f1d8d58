import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { AcceptedInvite, Collaborator, Invite, PendingInvite, Team } from '@/shared/api/team'
import type { Role } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const teamKeys = {
  list: (eventId: string) => [...eventKeys.one(eventId), 'team'] as const,
}

const whileMailing = 2000 // ms

export function useTeam(eventId: string) {
  return useQuery<Team, ApiError>({
    queryKey: teamKeys.list(eventId),
    queryFn: ({ signal }) => api.get<Team>(teamPath(eventId), { signal }),
    // That a mail left is no activity.
    refetchInterval: ({ state }) => (state.data?.pending.some((p) => p.mail === 'queued') ? whileMailing : false),
  })
}

function teamPath(eventId: string): string {
  return `${eventPath(eventId)}/collaborators`
}

export function invite(eventId: string, email: string, role: Role): Promise<PendingInvite> {
  return api.post<PendingInvite>(teamPath(eventId), { email, role })
}

export function cancelInvite(eventId: string, email: string): Promise<void> {
  return api.delete(`${teamPath(eventId)}/pending`, { query: { email } })
}

export function setRole(eventId: string, userId: string, role: Role): Promise<Collaborator> {
  return api.patch<Collaborator>(`${teamPath(eventId)}/${encodeURIComponent(userId)}`, { role })
}

export function removeMember(eventId: string, userId: string): Promise<void> {
  return api.delete(`${teamPath(eventId)}/${encodeURIComponent(userId)}`)
}

export function lookAtInvite(token: string, signal?: AbortSignal): Promise<Invite> {
  return api.get<Invite>(`/invites/${encodeURIComponent(token)}`, { signal })
}

export function acceptInvite(token: string): Promise<AcceptedInvite> {
  return api.post<AcceptedInvite>(`/invites/${encodeURIComponent(token)}/accept`)
}

export const roleNames: Record<Role, string> = { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' }

/** What a role is for, as the rest of "They can …". */
export const roleWords: Record<Role, string> = {
  owner: 'do everything, and choose the team',
  editor: 'change the guest list and run the door',
  viewer: 'look at everything and change nothing',
}

export const roleOptions = (['viewer', 'editor', 'owner'] as const).map((value) => ({ value, label: roleNames[value] }))

/** Whether two addresses are one, as the server compares them: ASCII letters without their case. */
export function sameAddress(a: string, b: string): boolean {
  const key = (s: string) => s.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return key(a) === key(b)
}

/** Whether taking the owner's role from this member would leave nobody with it. */
export function isLastOwner(members: Collaborator[], member: Collaborator): boolean {
  return member.role === 'owner' && members.filter((m) => m.role === 'owner').length === 1
}
