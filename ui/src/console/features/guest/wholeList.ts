import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, type Ref } from 'vue'
import type { ApiError } from '@/shared/api/client'
import type { Guest, List } from '@/shared/api/types'
import { api } from '../../session'
import { eventKeys, eventPath } from '../event/events'

const largestPage = 500

/** Every guest of an event, for what is printed; `read` is how many have arrived so far. */
export function useWholeList(eventId: string) {
  const read = ref(0)
  const query = useQuery<Guest[], ApiError>({
    queryKey: [...eventKeys.one(eventId), 'whole-list'],
    queryFn: async ({ signal }) => {
      const guests: Guest[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: List<Guest> = await api.get<List<Guest>>(`${eventPath(eventId)}/guests`, { query: { limit: largestPage, cursor }, signal })
        guests.push(...page.items)
        read.value = guests.length
        cursor = page.next
      }
      return guests
    },
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
  const timer = window.setInterval(() => {
    if (grown.value < all.value) grown.value++
  })
  // Whoever prints by the browser's own menu gets everything too.
  const finish = () => { grown.value = Math.max(grown.value, all.value) }
  addEventListener('beforeprint', finish)
  onScopeDispose(() => {
    clearInterval(timer)
    removeEventListener('beforeprint', finish)
  })
  return { shown: computed(() => Math.min(grown.value, all.value)) }
}
