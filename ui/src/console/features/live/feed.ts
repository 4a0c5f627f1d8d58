import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, inject, onScopeDispose, provide, ref, shallowRef, watch, type InjectionKey } from 'vue'
import type { ApiError } from '@/shared/api/client'
import type { Activity, List } from '@/shared/api/types'
import { followEvent, type LiveState } from '@/shared/live'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'
import { useGuestChanges } from '../guest/guestChanges'
import { guestKeys } from '../guest/guests'
import { mergeRows, mostRows } from './rows'
import { guestOf } from './words'

const pageSize = 100
const flushEvery = 100 // ms; a replay of hundreds of rows is then a handful of renders
const eventEvery = 1000 // ms

/**
 * An event's activity: the latest by HTTP, the rest as it happens. What arrives also makes the rest of the page
 * refetch what it shows, the counts at most once a second.
 */
function createFeed(eventId: string) {
  const queries = useQueryClient()
  const rows = shallowRef<Activity[]>([])
  const state = ref<LiveState>('connecting')
  const lastAt = ref(0)
  const hasEarlier = ref(false)
  let waiting: Activity[] = []
  let stream: { close: () => void } | null = null

  const flush = calmly(flushEvery, () => {
    rows.value = mergeRows(rows.value, waiting)
    waiting = []
  })
  const refreshEvent = calmly(eventEvery, () => void queries.invalidateQueries({ queryKey: eventKeys.one(eventId), exact: true }))
  const lists = useGuestChanges(eventId)

  const latest = useQuery<Activity[], ApiError>({
    queryKey: ['activity', eventId],
    queryFn: async ({ signal }) => (await page({}, signal)).items,
    // Once read, the stream keeps it current.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    meta: { streamed: true },
  })

  watch(latest.data, (items) => {
    if (!items) return
    rows.value = mergeRows([], items)
    hasEarlier.value = items.length >= pageSize
    if (!stream) stream = follow(items[0]?.id ?? 0)
  }, { immediate: true })

  function page(query: { before?: number }, signal?: AbortSignal) {
    return api.get<List<Activity>>(`${eventPath(eventId)}/activity`, { query: { ...query, limit: pageSize }, signal })
  }

  function follow(after: number) {
    return followEvent({
      eventId,
      after,
      ticket: async (id) => (await api.post<{ ticket: string }>('/auth/ws-ticket', { event_id: id })).ticket,
      onMessage: receive,
      onResync: resync,
      onState: (next) => {
        state.value = next
        // The event may be no longer ours: asking for it tells.
        if (next === 'closed') refreshEvent()
      },
    })
  }

  function receive(activity: Activity) {
    lastAt.value = Date.now()
    waiting.push(activity)
    flush()
    refreshEvent()
    if (activity.kind === 'event') void queries.invalidateQueries({ queryKey: eventKeys.one(eventId) })
    const guest = guestOf(activity)
    if (guest) void queries.invalidateQueries({ queryKey: guestKeys.one(eventId, guest.id) })
    if (changesList(activity)) lists.reload()
    else if (guest) lists.changed(guest.id)
  }

  async function resync(): Promise<number> {
    const { data, error } = await latest.refetch()
    if (error) throw error
    void queries.invalidateQueries({ queryKey: eventKeys.one(eventId) })
    return data?.[0]?.id ?? 0
  }

  /** One more page of older rows. */
  async function loadEarlier() {
    const oldest = rows.value.at(-1)
    if (!oldest) return
    const { items } = await page({ before: oldest.id })
    rows.value = mergeRows(rows.value, items)
    hasEarlier.value = items.length >= pageSize && rows.value.length < mostRows
  }

  onScopeDispose(() => stream?.close())

  return {
    rows,
    state,
    lastAt,
    hasEarlier,
    loadEarlier,
    pending: latest.isPending,
    error: latest.error,
    updatedAt: computed(() => Math.max(latest.dataUpdatedAt.value, lastAt.value)),
    retry: () => void latest.refetch(),
  }
}

/** Whether somebody came onto the list or left it, or many on it changed. */
function changesList({ kind, data }: Activity): boolean {
  return kind === 'guest' && (['created', 'deleted', 'imported'].includes(data.change) || !data.guest.id)
}

export type Feed = ReturnType<typeof createFeed>

/** Runs at the end of a span that the first call begins; calls within it count as one. */
function calmly(ms: number, run: () => void): () => void {
  let timer = 0
  onScopeDispose(() => clearTimeout(timer))
  return () => {
    timer ||= window.setTimeout(() => {
      timer = 0
      run()
    }, ms)
  }
}

const key: InjectionKey<Feed> = Symbol('feed')

export function provideFeed(eventId: string): Feed {
  const feed = createFeed(eventId)
  provide(key, feed)
  return feed
}

export function useFeed(): Feed {
  const feed = inject(key)
  if (!feed) throw new Error('useFeed outside of an event page')
  return feed
}
