import type { LinkResult } from '@/shared/api/invitation'
import type { Guest, List } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const invitationKeys = {
  /** Every guest of an event, for those who send. */
  everybody: (eventId: string) => [...eventKeys.one(eventId), 'everybody'] as const,
}

function guestsPath(eventId: string): string {
  return `${eventPath(eventId)}/guests`
}

function sentPath(eventId: string, id: string): string {
  return `${guestsPath(eventId)}/${encodeURIComponent(id)}/tokens/sent`
}

/** What can be done to the links of many. */
export type Deed = 'issue' | 'mail' | 'rotate' | 'revoke'

/** Does it for the named guests. One that is not of the event refuses the whole, and nothing has changed. */
export async function changeLinks(eventId: string, deed: Deed, ids: string[]): Promise<LinkResult[]> {
  const path = `${guestsPath(eventId)}/invitations`
  const { items } = deed === 'rotate' || deed === 'revoke'
    ? await api.post<List<LinkResult>>(`${path}/${deed}`, { guest_ids: ids })
    : await api.post<List<LinkResult>>(`${path}/bulk`, { guest_ids: ids, send: deed === 'mail' })
  return items
}

/** Remembers that this very link was handed to the guest; one that was replaced since is refused. */
export function markSent(eventId: string, id: string, token: string): Promise<Guest> {
  return api.post<Guest>(sentPath(eventId, id), { token })
}

export function unmarkSent(eventId: string, id: string): Promise<Guest> {
  return api.delete<Guest>(sentPath(eventId, id))
}
