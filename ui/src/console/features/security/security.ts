import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { ApiError } from '@/shared/api/client'
import type {
  AccessLog, AllowedNetwork, BandPreview, Feedback, LearnedModel, Lesson, List, Opinion, Thresholds, ThresholdSettings,
} from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'
import { guestKeys } from '../guest/guests'

export const securityKeys = {
  thresholds: (eventId: string) => [...eventKeys.one(eventId), 'thresholds'] as const,
  allowlist: (eventId: string) => [...eventKeys.one(eventId), 'allowlist'] as const,
  preview: (eventId: string) => [...eventKeys.one(eventId), 'preview'] as const,
  inbox: (eventId: string) => [...eventKeys.one(eventId), 'inbox'] as const,
  feedback: (eventId: string) => [...eventKeys.one(eventId), 'feedback'] as const,
  models: (eventId: string) => [...eventKeys.one(eventId), 'models'] as const,
}

const feedbackPage = 500

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

/** The scores of late, for counting again under other bands. */
export function usePreview(eventId: string) {
  return useQuery<BandPreview, ApiError>({
    queryKey: securityKeys.preview(eventId),
    queryFn: ({ signal }) => api.get<BandPreview>(`${eventPath(eventId)}/security/preview`, { signal }),
  })
}

export function useInbox(eventId: string) {
  return useQuery<AccessLog[], ApiError>({
    queryKey: securityKeys.inbox(eventId),
    queryFn: async ({ signal }) => (await api.get<List<AccessLog>>(`${eventPath(eventId)}/security/inbox`, { signal })).items,
  })
}

/** The verdicts of an event, newest first. */
export function useFeedback(eventId: string, enabled: MaybeRefOrGetter<boolean> = true) {
  const query = useInfiniteQuery<List<Feedback>, ApiError, { pages: List<Feedback>[] }, readonly unknown[], string>({
    queryKey: securityKeys.feedback(eventId),
    queryFn: ({ pageParam, signal }) => api.get<List<Feedback>>(`${eventPath(eventId)}/security/feedback`, { query: { limit: feedbackPage, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: () => toValue(enabled),
  })
  return { ...query, feedback: computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? []) }
}

/** Gives a verdict and brings every list that shows the access up to date. */
export function useGiveVerdict(eventId: string) {
  const queries = useQueryClient()
  return async (access: AccessLog, verdict: Opinion, note: string): Promise<AccessLog> => {
    const row = await api.post<AccessLog>(`${eventPath(eventId)}/access-logs/${encodeURIComponent(access.id)}/feedback`, { verdict, note })
    queries.setQueryData<AccessLog[]>(guestKeys.accesses(eventId, access.guest.id), (rows) => rows?.map((r) => (r.id === row.id ? row : r)))
    void queries.invalidateQueries({ queryKey: securityKeys.inbox(eventId) })
    void queries.invalidateQueries({ queryKey: securityKeys.feedback(eventId) })
    return row
  }
}

/** What the box judges by, newest first; the default is the last. */
export function useModels(eventId: string) {
  return useQuery<LearnedModel[], ApiError>({
    queryKey: securityKeys.models(eventId),
    queryFn: async ({ signal }) => (await api.get<List<LearnedModel>>(`${eventPath(eventId)}/security/models`, { signal })).items,
  })
}

export function learn(eventId: string): Promise<Lesson> {
  return api.post<Lesson>(`${eventPath(eventId)}/security/models/learn`)
}

export function goBackTo(eventId: string, id: number): Promise<void> {
  return api.post<void>(`${eventPath(eventId)}/security/models/revert`, { id })
}
