import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { ImportPreview, ImportResult } from '@/shared/api/import'
import type {
  AccessLog, BulkLink, Direction, Guest, GuestInput, GuestLink, ImportField, List, Outcome,
} from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const guestKeys = {
  lists: (eventId: string) => [...eventKeys.one(eventId), 'guests'] as const,
  counts: (eventId: string) => [...eventKeys.one(eventId), 'guest-counts'] as const,
  one: (eventId: string, id: string) => [...eventKeys.one(eventId), 'guest', id] as const,
  accesses: (eventId: string, id: string) => [...eventKeys.one(eventId), 'guest', id, 'accesses'] as const,
}

const largestPage = 500

export function guestPath(eventId: string, id: string): string {
  return `${eventPath(eventId)}/guests/${encodeURIComponent(id)}`
}

export function useGuest(eventId: string, id: string) {
  return useQuery<Guest, ApiError>({
    queryKey: guestKeys.one(eventId, id),
    queryFn: ({ signal }) => api.get<Guest>(guestPath(eventId, id), { signal }),
  })
}

export function useGuestAccesses(eventId: string, id: string) {
  return useQuery<AccessLog[], ApiError>({
    queryKey: guestKeys.accesses(eventId, id),
    queryFn: async ({ signal }) => (await api.get<List<AccessLog>>(`${eventPath(eventId)}/access-logs`, {
      query: { guest_id: id, limit: 100 },
      signal,
    })).items,
  })
}

/** Names of all guests by id, for lists that carry ids alone. */
export async function guestNames(eventId: string): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: List<Guest> = await api.get<List<Guest>>(`${eventPath(eventId)}/guests`, { query: { limit: largestPage, cursor } })
    for (const guest of page.items) names.set(guest.id, guest.name)
    cursor = page.next
  }
  return names
}

export function createGuest(eventId: string, input: GuestInput): Promise<Guest> {
  return api.post<Guest>(`${eventPath(eventId)}/guests`, input)
}

export function changeGuest(eventId: string, id: string, change: Partial<GuestInput>): Promise<Guest> {
  return api.patch<Guest>(guestPath(eventId, id), change)
}

export function deleteGuest(eventId: string, id: string): Promise<void> {
  return api.delete(guestPath(eventId, id))
}

/** The guest's link: the first call makes it, later ones answer the same. */
export function issueLink(eventId: string, id: string): Promise<GuestLink> {
  return api.post<GuestLink>(`${guestPath(eventId, id)}/tokens`)
}

/** A new link; the old one stops working. */
export function rotateLink(eventId: string, id: string): Promise<GuestLink> {
  return api.post<GuestLink>(`${guestPath(eventId, id)}/tokens/rotate`)
}

export function revokeLink(eventId: string, id: string): Promise<void> {
  return api.delete(`${guestPath(eventId, id)}/tokens`)
}

/** Links for the named guests, or for everybody; nothing is sent. */
export async function issueLinks(eventId: string, ids: string[]): Promise<BulkLink[]> {
  const body = ids.length > 0 ? { guest_ids: ids, send: false } : { send: false }
  return (await api.post<{ items: BulkLink[] }>(`${eventPath(eventId)}/guests/invitations/bulk`, body)).items
}

/** `nonce` makes a repeated call the same check-in. */
export function checkIn(
  eventId: string,
  id: string,
  input: { direction: Direction; heads: number; nonce: string; override?: boolean },
): Promise<Outcome> {
  return api.post<Outcome>(`${guestPath(eventId, id)}/checkins`, input)
}

/** How the server is to read a list; `guess` leaves to it whether the first line holds headings. */
export interface Reading {
  headings: 'yes' | 'no' | 'guess'
  mapping?: ImportField[]
}

/** `list` goes as it is: what encoding and separators it has the server finds out. */
export function previewImport(eventId: string, list: Blob, reading: Reading): Promise<ImportPreview> {
  return api.post<ImportPreview>(`${eventPath(eventId)}/guests/import/preview`, listForm(list, reading))
}

export function importGuests(eventId: string, list: Blob, reading: Reading, skipInvalid: boolean): Promise<ImportResult> {
  return api.post<ImportResult>(`${eventPath(eventId)}/guests/import`, listForm(list, reading), { query: { skip_invalid: skipInvalid } })
}

function listForm(list: Blob, { headings, mapping }: Reading): FormData {
  const form = new FormData()
  form.set('headings', headings)
  if (mapping) form.set('mapping', JSON.stringify(mapping))
  form.set('file', list, 'guests.csv')
  return form
}
