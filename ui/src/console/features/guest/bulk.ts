import type { GuestsAction } from '@/shared/api/guests'
import { api } from '../../session'
import { eventPath } from '../event/events'

/** How many guests one call takes. */
const most = 5000

/** Does one thing to many guests; answers how many it changed. Up to 5,000 guests it is all or none. */
export async function changeGuests(eventId: string, ids: string[], action: GuestsAction, tag?: string): Promise<number> {
  let changed = 0
  for (let from = 0; from < ids.length; from += most) {
    const body = { guest_ids: ids.slice(from, from + most), action, tag }
    changed += (await api.post<{ changed: number }>(`${eventPath(eventId)}/guests/bulk`, body)).changed
  }
  return changed
}

/** What a browser sends on after its page is gone, in bytes, with room for the rest of the request. */
const keptAlive = 60_000

/** Whether a deletion is small enough to be sent while the page goes. */
export function outlivesThePage(ids: string[]): boolean {
  return JSON.stringify(ids).length < keptAlive
}

/** Deletes guests from a page that is being left: nobody is there for the answer. */
export function deleteOnLeaving(eventId: string, ids: string[]) {
  api.post(`${eventPath(eventId)}/guests/bulk`, { guest_ids: ids, action: 'delete' }, { keepalive: true }).catch(() => undefined)
}
