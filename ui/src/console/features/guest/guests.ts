import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { ImportPreview, ImportResult } from '@/shared/api/import'
import type {
  AccessLog, Activity, Direction, Guest, GuestInput, GuestLink, ImportField, List, Outcome,
} from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const guestKeys = {
  lists: (eventId: string) => [...eventKeys.one(eventId), 'guests'] as const,
  counts: (eventId: string) => [...eventKeys.one(eventId), 'guest-counts'] as const,
  one: (eventId: string, id: string) => [...eventKeys.one(eventId), 'guest', id] as const,
  history: (eventId: string, id: string) => [...eventKeys.one(eventId), 'guest', id, 'history'] as const,
  accesses: (eventId: string, id: string) => [...eventKeys.one(eventId), 'guest', id, 'accesses'] as const,
}

const historyPage = 30

export function guestPath(eventId: string, id: string): string {
  return `${eventPath(eventId)}/guests/${encodeURIComponent(id)}`
}

export function getGuest(eventId: string, id: string, signal?: AbortSignal): Promise<Guest> {
  return api.get<Guest>(guestPath(eventId, id), { signal })
}

export function useGuest(eventId: string, id: string) {
  return useQuery<Guest, ApiError>({
    queryKey: guestKeys.one(eventId, id),
    queryFn: ({ signal }) => getGuest(eventId, id, signal),
  })
}

/** Everything that happened to a guest, the newest first, in pages. */
export function useGuestHistory(eventId: string, id: string) {
  return useInfiniteQuery<List<Activity>, ApiError, { pages: List<Activity>[] }, readonly unknown[], string>({
    queryKey: guestKeys.history(eventId, id),
    queryFn: ({ pageParam, signal }) => api.get<List<Activity>>(`${eventPath(eventId)}/activity`, {
      query: { guest_id: id, limit: historyPage, cursor: pageParam },
      signal,
    }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
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

export function createGuest(eventId: string, input: GuestInput): Promise<Guest> {
  return api.post<Guest>(`${eventPath(eventId)}/guests`, input)
}

export function changeGuest(eventId: string, id: string, change: Partial<GuestInput>): Promise<Guest> {
  return api.patch<Guest>(guestPath(eventId, id), change)
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

/** `nonce` makes a repeated call the same check-in. */
export function checkIn(
  eventId: string,
  id: string,
  input: { direction: Direction; heads: number; nonce: string; override?: boolean },
): Promise<Outcome> {
  return api.post<Outcome>(`${guestPath(eventId, id)}/checkins`, input)
}

/** The whole list as a spreadsheet reads it. */
export function exportGuests(eventId: string): Promise<Blob> {
  return api.download(`${eventPath(eventId)}/guests/export.csv`)
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
