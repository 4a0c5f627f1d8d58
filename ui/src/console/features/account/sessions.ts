import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { List, SignedInDevice } from '@/shared/api/types'
import { api } from '../../session'

export const sessionKeys = ['sessions'] as const

export function useSessions() {
  return useQuery<SignedInDevice[], ApiError>({
    queryKey: sessionKeys,
    queryFn: async ({ signal }) => (await api.get<List<SignedInDevice>>('/me/sessions', { signal })).items,
  })
}

export function endSession(id: string): Promise<void> {
  return api.delete(`/me/sessions/${encodeURIComponent(id)}`)
}
