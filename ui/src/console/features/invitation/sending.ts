import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import type { ApiError } from '@/shared/api/client'
import type { Activity, Event, Guest } from '@/shared/api/types'
import { dateTime } from '@/shared/format'
import { getGuest } from '../guest/guests'
import { allGuests } from '../guest/wholeList'
import { useFeed } from '../live/feed'
import { invitationKeys, unmarkSent } from './invitation'
import { fillIn, greeting } from './message'
import { standings, useRun, type Standing } from './run'

/** Sending the links of an event by hand, guest after guest: whose turn it is and what became of the others. */
export function useSending(event: Event) {
  const queries = useQueryClient()
  const queryKey = invitationKeys.everybody(event.id)
  const run = useRun(event.id)
  const { data, error, isPending, dataUpdatedAt, refetch } = useQuery<Guest[], ApiError>({
    queryKey,
    queryFn: ({ signal }) => allGuests(event.id, signal),
    // Each turn asks for its own guest; a list of thousands is not fetched for every message that is sent.
    staleTime: Infinity,
    refetchOnMount: 'always',
  })

  watch(data, (guests) => {
    if (!guests || !run.ids || run.before) return
    const chosen = new Set(run.ids)
    run.before = Object.fromEntries(guests.filter(({ id }) => chosen.has(id)).map((g) => [g.id, g.invitation.sent_at]))
  }, { immediate: true })

  const all = computed(() => standings(data.value ?? [], run))
  const by = (wanted: Standing) => computed(() => all.value.flatMap(({ guest, standing }) => (standing === wanted ? [guest] : [])))
  const waiting = by('waiting')

  /** Who comes before the others for once, because what was done for them was taken back. */
  const pinned = ref('')
  const current = computed(() => waiting.value.find(({ id }) => id === pinned.value) ?? waiting.value[0])

  /** Puts what the server says of a guest in the place of what we knew. */
  function learn(guest: Guest) {
    queries.setQueryData<Guest[]>(queryKey, (guests) => guests?.map((g) => (g.id === guest.id ? guest : g)))
  }

  function forget(id: string) {
    queries.setQueryData<Guest[]>(queryKey, (guests) => guests?.filter((g) => g.id !== id))
  }

  // What another device sends counts here at once. Each turn asks again anyway, so a miss does no harm.
  const { rows } = useFeed()
  let newest = rows.value[0]?.id ?? Infinity
  watch(rows, (now) => {
    for (const activity of now.filter(({ id }) => id > newest)) {
      const id = sentElsewhere(activity)
      if (id) void getGuest(event.id, id).then(learn, () => {})
    }
    newest = now[0]?.id ?? newest
  })

  function sentElsewhere(activity: Activity): string | undefined {
    if (activity.kind !== 'guest') return undefined
    const { change, guest } = activity.data
    const known = data.value?.find(({ id }) => id === guest.id)?.invitation.sent_at
    // Our own doing is known already, to the millisecond.
    return (change === 'sent' && known !== activity.at) || (change === 'unsent' && known) ? guest.id : undefined
  }

  function done(id: string, what: 'sent' | 'skipped') {
    run.trail.push({ id, what })
    run.opened = ''
    pinned.value = ''
  }

  /** The last that was done here, for taking it back. */
  const last = computed(() => {
    const step = run.trail.at(-1)
    const guest = step && data.value?.find(({ id }) => id === step.id)
    return guest && { ...step, guest }
  })

  async function undo() {
    const step = last.value
    if (!step) return
    if (step.what === 'sent') learn(await unmarkSent(event.id, step.id))
    run.trail.pop()
    run.opened = ''
    pinned.value = step.id
  }

  function goThroughSkipped() {
    run.trail = run.trail.filter(({ what }) => what !== 'skipped')
  }

  function messageFor(guest: Pick<Guest, 'name'>, link: string): string {
    return fillIn(run.template, { name: greeting(guest.name), event: event.name, date: dateTime(event.starts_at, event.timezone), link })
  }

  return {
    run, data, error, isPending, dataUpdatedAt, refetch,
    waiting, sent: by('sent'), skipped: by('skipped'), withoutPhone: by('no_phone'), revoked: by('revoked'),
    current, last, learn, forget, done, undo, goThroughSkipped, messageFor,
  }
}

export type Sending = ReturnType<typeof useSending>
