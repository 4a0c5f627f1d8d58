import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { AllowedNetwork, List, Thresholds, ThresholdSettings } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

export const securityKeys = {
  thresholds: (eventId: string) => [...eventKeys.one(eventId), 'thresholds'] as const,
  allowlist: (eventId: string) => [...eventKeys.one(eventId), 'allowlist'] as const,
}

export function useThresholds(eventId: string) {
  return useQuery<ThresholdSettings, ApiError>({
    queryKey: securityKeys.thresholds(eventId),
    queryFn: ({ signal }) => api.get<ThresholdSettings>(`${eventPath(eventId)}/security/thresholds`, { signal }),
  })
}

export function saveThresholds(eventId: string, { medium, high, block }: Thresholds): Promise<unknown> {
  return api.put(`${eventPath(eventId)}/security/thresholds`, { medium, high, block })
}

export function useAllowlist(eventId: string) {
  return useQuery<AllowedNetwork[], ApiError>({
    queryKey: securityKeys.allowlist(eventId),
    queryFn: async ({ signal }) => (await api.get<List<AllowedNetwork>>(`${eventPath(eventId)}/security/allowlist`, { signal })).items,
  })
}

export function allowNetwork(eventId: string, cidr: string, note: string): Promise<AllowedNetwork> {
  return api.post<AllowedNetwork>(`${eventPath(eventId)}/security/allowlist`, { cidr, note })
}

export function disallowNetwork(eventId: string, cidr: string): Promise<void> {
  return api.delete(`${eventPath(eventId)}/security/allowlist`, { query: { cidr } })
}
