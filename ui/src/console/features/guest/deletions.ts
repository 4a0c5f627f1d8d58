import { useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/client'
import type { GuestCounts } from '@/shared/api/guests'
import type { Event, Guest } from '@/shared/api/types'
import { plural } from '@/shared/format'
import { toast } from '@/ui/toast'
import { api, beforeSignOut } from '../../session'
import { eventKeys } from '../event/events'
import { changeGuests, deleteOnLeaving, outlivesThePage } from './bulk'
import { eventWithout } from './eventCounts'
import { countsWithout } from './guestFilter'
import { changeRows } from './guestList'
import { guestKeys } from './guests'

/** How long a deletion can be taken back, in ms. The server hears of it only then. */
export const undoFor = 6000

interface Deletion {
  eventId: string
  guests: Guest[]
  ids: string[]
  timer: number
  sent: boolean
  queries: QueryClient
  dismiss: () => void
}

const waiting = shallowRef<Deletion[]>([])

function drop(deletion: Deletion) {
  clearTimeout(deletion.timer)
  deletion.dismiss()
  waiting.value = waiting.value.filter((other) => other !== deletion)
}

async function send(deletion: Deletion) {
  if (deletion.sent) return
  deletion.sent = true
  clearTimeout(deletion.timer)
  deletion.dismiss()
  const { eventId, ids, guests, queries } = deletion
  try {
    await changeGuests(eventId, ids, 'delete')
    // What is shown without them becomes what is known, in one step.
    const gone = new Set(ids)
    changeRows(queries, eventId, (rows) => rows.filter(({ id }) => !gone.has(id)))
    queries.setQueryData<Event>(eventKeys.one(eventId), (event) => event && eventWithout(event, guests))
    queries.setQueryData<GuestCounts>(guestKeys.counts(eventId), (counts) => counts && countsWithout(counts, guests))
    drop(deletion)
    for (const id of ids) queries.removeQueries({ queryKey: guestKeys.one(eventId, id) })
  } catch (error) {
    drop(deletion)
    if (!(error instanceof ApiError)) throw error
    toast(`${plural(ids.length, 'guest')} could not be deleted. ${error.detail}`, { tone: 'error' })
  }
  void queries.invalidateQueries({ queryKey: eventKeys.one(eventId) })
}

/** Sends at once what waits, and is done when it is answered. */
export async function settleDeletions() {
  await Promise.all(waiting.value.map(send))
}

// A page that goes takes its timers with it.
window.addEventListener('pagehide', () => {
  for (const deletion of waiting.value) {
    if (!deletion.sent && outlivesThePage(deletion.ids)) deleteOnLeaving(deletion.eventId, deletion.ids)
    drop(deletion)
  }
})

// A request too large to outlive the page goes while the browser asks whether to leave.
window.addEventListener('beforeunload', (leaving) => {
  for (const deletion of waiting.value) {
    if (outlivesThePage(deletion.ids)) continue
    void send(deletion)
    leaving.preventDefault()
  }
})

beforeSignOut(settleDeletions)

/** Deletions of an event's guests that can be taken back for a while. */
export function useDeletions(eventId: string) {
  const queries = useQueryClient()
  const gone = computed(() => waiting.value.filter((deletion) => deletion.eventId === eventId).flatMap(({ guests }) => guests))

  return {
    /** Ids that are shown no more. */
    hidden: computed(() => new Set(gone.value.map(({ id }) => id))),
    withoutDeleted: <E extends Event | undefined>(event: E) => (event && gone.value.length > 0 ? eventWithout(event, gone.value) as E : event),
    countsWithoutDeleted: (counts: GuestCounts) => (gone.value.length > 0 ? countsWithout(counts, gone.value) : counts),
    /** Takes guests off the list; the server is told when there was time to think again. */
    remove(guests: Guest[]) {
      const deletion: Deletion = { eventId, guests, ids: guests.map(({ id }) => id), timer: 0, sent: false, queries, dismiss: () => undefined }
      deletion.timer = window.setTimeout(() => void send(deletion), undoFor)
      const [first, ...others] = guests
      deletion.dismiss = toast(others.length > 0 ? `${plural(guests.length, 'guest')} deleted` : `${first!.name} is off the list`, {
        action: { label: 'Undo', run: () => drop(deletion) },
        shownFor: undoFor,
      })
      waiting.value = [...waiting.value, deletion]
      // A page that is left in a hurry cannot renew its session first.
      void api.renew()
    },
  }
}
