import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { SystemStatus, SystemTask } from '@/shared/api/system'
import { api } from '../../session'

export const statusKey = ['system', 'status'] as const

const usually = 30_000 // ms between two looks
const whileRunning = 2000

export function useSystemStatus(enabled: boolean) {
  return useQuery<SystemStatus, ApiError>({
    enabled,
    queryKey: statusKey,
    queryFn: ({ signal }) => api.get<SystemStatus>('/system/status', { signal }),
    refetchInterval: ({ state }) => (state.data?.running ? whileRunning : usually),
  })
}

/** Begins a backup or a drill; the status says when it is done. */
export function begin(task: SystemTask): Promise<void> {
  return api.post(`/system/${task}`)
}
