import { useQuery, type QueryClient } from '@tanstack/vue-query'
import { inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import { ApiError } from '@/shared/api/client'
import type { DeletedEvent, DuplicateInput } from '@/shared/api/event'
import type { Event, EventInput, EventState, List } from '@/shared/api/types'
import { toast } from '@/ui/toast'
import { api } from '../../session'

export const eventKeys = {
  list: ['events'] as const,
  /** Below the list: what changes that changes these. */
  deleted: ['events', 'deleted'] as const,
  /** Everything of an event hangs below its own key. */
  one: (id: string) => ['event', id] as const,
}

export function eventPath(id: string): string {
  return `/events/${encodeURIComponent(id)}`
}

export function useEvents() {
  return useQuery<Event[], ApiError>({
    queryKey: eventKeys.list,
    queryFn: async ({ signal }) => (await api.get<List<Event>>('/events', { query: { limit: 500 }, signal })).items,
  })
}

export function useEvent(id: string) {
  return useQuery<Event, ApiError>({
    queryKey: eventKeys.one(id),
    queryFn: ({ signal }) => api.get<Event>(eventPath(id), { signal }),
  })
}

export function useDeletedEvents() {
  return useQuery<DeletedEvent[], ApiError>({
    queryKey: eventKeys.deleted,
    queryFn: async ({ signal }) => (await api.get<List<DeletedEvent>>('/events/deleted', { query: { limit: 500 }, signal })).items,
  })
}

export function createEvent(input: EventInput): Promise<Event> {
  return api.post<Event>('/events', input)
}

export function changeEvent(id: string, change: Partial<EventInput> & { state?: EventState }): Promise<Event> {
  return api.patch<Event>(eventPath(id), change)
}

export function deleteEvent(id: string): Promise<void> {
  return api.delete(eventPath(id))
}

export function duplicateEvent(id: string, input: DuplicateInput): Promise<Event> {
  return api.post<Event>(`${eventPath(id)}/duplicate`, input)
}

/** Brings a deleted event back, and says what became of it in passing. */
export async function restoreEvent(queries: QueryClient, { id, name }: Pick<Event, 'id' | 'name'>): Promise<void> {
  try {
    await api.post<Event>(`${eventPath(id)}/restore`)
    toast(`${name} is back`)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    toast(`${name} is still deleted. ${error.detail}`, { tone: 'error' })
  }
  void queries.invalidateQueries({ queryKey: eventKeys.one(id) })
  await queries.invalidateQueries({ queryKey: eventKeys.list })
}

/** Viewers look; editors and owners change. */
export function mayEdit(event: Event): boolean {
  return event.your_role !== 'viewer'
}

const current: InjectionKey<ComputedRef<Event>> = Symbol('event')

/** The event page hands its event to the tabs, which exist only once it has arrived. */
export function provideEvent(event: ComputedRef<Event>) {
  provide(current, event)
}

export function useCurrentEvent(): ComputedRef<Event> {
  const event = inject(current)
  if (!event) throw new Error('useCurrentEvent outside of an event page')
  return event
}
