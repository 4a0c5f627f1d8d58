import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { Device, List, Pairing, Scope } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const deviceKeys = {
  list: (eventId: string) => [...eventKeys.one(eventId), 'devices'] as const,
}

export function useDevices(eventId: string) {
  return useQuery<Device[], ApiError>({
    queryKey: deviceKeys.list(eventId),
    queryFn: async ({ signal }) => (await api.get<List<Device>>(`${eventPath(eventId)}/devices`, { query: { limit: 500 }, signal })).items,
    refetchInterval: 15_000, // "last seen" moves without an activity
  })
}

export function addDevice(eventId: string, input: { name: string; entrance: string; scopes: Scope[] }): Promise<Pairing> {
  return api.post<Pairing>(`${eventPath(eventId)}/devices`, input)
}

export function revokeDevice(eventId: string, id: string): Promise<void> {
  return api.delete(`${eventPath(eventId)}/devices/${encodeURIComponent(id)}`)
}
