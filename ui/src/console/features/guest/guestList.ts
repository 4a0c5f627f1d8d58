import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { ApiError } from '@/shared/api/client'
import type { GuestCounts } from '@/shared/api/guests'
import type { Guest, List } from '@/shared/api/types'
import { api } from '../../session'
import { eventPath } from '../event/events'
import { narrows, type GuestFilter } from './guestFilter'
import { guestKeys } from './guests'

/** The guests from the start of a list on, as far as they were asked for. */
export interface Loaded {
  rows: Guest[]
  /** The cursor of those after them; null at the end. */
  next: string | null
}

const firstPage = 100 // soon there
const nextPage = 250

function page(eventId: string, filter: GuestFilter, cursor: string, limit: number, signal?: AbortSignal): Promise<List<Guest>> {
  return api.get<List<Guest>>(`${eventPath(eventId)}/guests`, { query: { ...filter, limit, cursor }, signal })
}

/** A list from its start on, until it has as many rows as before. */
async function load(eventId: string, filter: GuestFilter, atLeast: number, signal: AbortSignal): Promise<Loaded> {
  const rows: Guest[] = []
  let next: string | null = ''
  while (next !== null && (rows.length === 0 || rows.length < atLeast)) {
    const more: List<Guest> = await page(eventId, filter, next, atLeast > firstPage ? nextPage : firstPage, signal)
    rows.push(...more.items)
    next = more.next
    if (more.items.length === 0) break
  }
  return { rows, next }
}

/**
 * The guest list under a filter, from its start on; `need` says how far. While a new filter loads the rows of the one
 * before stay, and what was asked for it is called off.
 */
export function useGuestList(eventId: string, filter: Ref<GuestFilter>) {
  const queries = useQueryClient()
  const key = computed(() => [...guestKeys.lists(eventId), filter.value])
  const query = useQuery<Loaded, ApiError>({
    queryKey: key,
    queryFn: ({ signal, queryKey }) => {
      const had = queries.getQueryData<Loaded>(queryKey)?.rows.length ?? 0
      return load(eventId, queryKey.at(-1) as GuestFilter, had, signal)
    },
    placeholderData: keepPreviousData,
    // Five thousand guests are neither compared nor watched one by one.
    structuralSharing: false,
    shallow: true,
    gcTime: 60_000,
  })

  const wanted = ref(0)
  const loadingMore = ref(false)
  const moreError = shallowRef<ApiError | null>(null)
  let stop = new AbortController()

  /** One more page. A list that was loaded anew meanwhile does not get it. */
  async function more() {
    const at = key.value
    const have = queries.getQueryData<Loaded>(at)
    if (!have?.next || loadingMore.value) return
    loadingMore.value = true
    moreError.value = null
    const { signal } = stop
    try {
      const { items, next } = await page(eventId, at.at(-1) as GuestFilter, have.next, nextPage, signal)
      queries.setQueryData<Loaded>(at, (now) => (now?.next === have.next ? { rows: [...now.rows, ...items], next } : now))
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      moreError.value = error
    } finally {
      if (!signal.aborted) loadingMore.value = false
    }
  }

  function callOff() {
    stop.abort()
    stop = new AbortController()
    loadingMore.value = false
    moreError.value = null
    wanted.value = 0
  }

  const rows = computed(() => query.data.value?.rows ?? [])
  const complete = computed(() => query.data.value?.next === null && !query.isPlaceholderData.value)

  watch(key, callOff)
  watch([wanted, () => rows.value.length, loadingMore], () => {
    if (wanted.value >= rows.value.length && !complete.value && !moreError.value && !query.isPlaceholderData.value) void more()
  })
  onScopeDispose(() => stop.abort())

  /** Every guest under the filter, loaded to the end. Null: it failed, and `moreError` says why. */
  async function all(): Promise<Guest[] | null> {
    while (!complete.value) {
      if (loadingMore.value) await new Promise<void>((done) => { const end = watch(loadingMore, () => { end(); done() }) })
      else await more()
      if (moreError.value || query.isPlaceholderData.value) return null
    }
    return rows.value
  }

  return {
    rows,
    complete,
    all,
    /** Row `index` is or will soon be seen. */
    need: (index: number) => { wanted.value = index },
    moreError,
    retryMore: () => void more(),
    data: query.data,
    error: query.error,
    isPending: query.isPending,
    isPlaceholder: query.isPlaceholderData,
    updatedAt: query.dataUpdatedAt,
    refetch: query.refetch,
  }
}

export function useGuestCounts(eventId: string) {
  return useQuery<GuestCounts, ApiError>({
    queryKey: guestKeys.counts(eventId),
    queryFn: ({ signal }) => api.get<GuestCounts>(`${eventPath(eventId)}/guests/counts`, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** Changes the rows of every list of an event that was loaded. */
export function changeRows(queries: QueryClient, eventId: string, change: (rows: Guest[], filter: GuestFilter) => Guest[]) {
  for (const [key, data] of queries.getQueriesData<Loaded>({ queryKey: guestKeys.lists(eventId) })) {
    if (!data) continue
    const rows = change(data.rows, key.at(-1) as GuestFilter)
    if (rows !== data.rows) queries.setQueryData<Loaded>(key, { ...data, rows })
  }
}

/** Rows with a guest as they are now, in their place; null when that may be another place. */
export function replaced(rows: Guest[], guest: Guest, filter: GuestFilter): Guest[] | null {
  const at = rows.findIndex(({ id }) => id === guest.id)
  if (narrows(filter)) return null
  if (at < 0) return rows
  if (rows[at]!.name !== guest.name) return null
  return rows.map((row, index) => (index === at ? guest : row))
}
