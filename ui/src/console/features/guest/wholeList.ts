import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import type { ApiError } from '@/shared/api/client'
import type { Guest, List } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'
import { settleDeletions } from './deletions'

const largestPage = 500

/** All guests of an event by name, without those whose deletion could still be taken back: it cannot any more. */
export async function allGuests(eventId: string, signal?: AbortSignal, onRead?: (guests: number) => void): Promise<Guest[]> {
  await settleDeletions()
  const guests: Guest[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: List<Guest> = await api.get<List<Guest>>(`${eventPath(eventId)}/guests`, { query: { limit: largestPage, cursor }, signal })
    guests.push(...page.items)
    onRead?.(guests.length)
    cursor = page.next
  }
  return guests
}

/** Every guest of an event, for what is printed; `read` is how many have arrived so far. */
export function useWholeList(eventId: string) {
  const read = ref(0)
  const query = useQuery<Guest[], ApiError>({
    queryKey: [...eventKeys.one(eventId), 'whole-list'],
    queryFn: ({ signal }) => allGuests(eventId, signal, (guests) => { read.value = guests }),
    // What is on paper does not change by itself, and a sheet that does while it is printed is worse than an old one.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  return { ...query, read }
}

/** Counts up to `all`, one at a time, so that hundreds of sheets are drawn without the page standing still. */
export function useGrowing(all: Ref<number>) {
  const grown = ref(1)
  let timer = 0
  function grow() {
    timer = 0
    if (grown.value >= all.value) return
    grown.value++
    timer = window.setTimeout(grow)
  }
  watch(all, () => { timer ||= window.setTimeout(grow) }, { immediate: true })
  // Whoever prints by the browser's own menu gets everything too.
  const finish = () => { grown.value = Math.max(grown.value, all.value) }
  addEventListener('beforeprint', finish)
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('beforeprint', finish)
  })
  return { shown: computed(() => Math.min(grown.value, all.value)) }
}
