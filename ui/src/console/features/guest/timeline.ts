import { Mail, UserPlus } from '@lucide/vue'
import type { AccessLog, Activity, Guest } from '@/shared/api/types'
import type { TimelineItem } from '@/ui/Timeline.vue'
import { sentence, wordsFor } from '../live/words'

/**
 * One guest's history, newest first. The log knows of an access from where it came. `whole` is whether the history goes
 * back to the guest's first day.
 */
export function timelineOf(guest: Guest, history: Activity[], accesses: AccessLog[], whole: boolean): TimelineItem[] {
  const logs = new Map(accesses.map((log) => [log.id, log]))
  const items = history.map((activity) => {
    if (activity.kind !== 'access') return itemOf(activity)
    const log = logs.get(activity.data.access_id)
    const from = [log?.device, log?.ip].filter(Boolean).join(' · ')
    return { ...itemOf(activity), id: activity.data.access_id, ...(from && { details: [from] }) }
  })
  const oldest = history.at(-1)?.at ?? ''
  const { sent_at: sentAt } = guest.invitation
  if (sentAt && (whole || sentAt > oldest)) items.push({ id: 'sent', at: sentAt, icon: Mail, title: 'The invitation was mailed', details: [] })
  const added = history.some(({ kind, data }) => kind === 'guest' && data.change === 'created')
  // An import is one row of the event's history, not one for each guest.
  if (whole && !added) items.push({ id: 'created', at: guest.created_at, icon: UserPlus, title: 'Came onto the list', details: [] })
  return items.sort((a, b) => b.at.localeCompare(a.at))
}

function itemOf(activity: Activity): TimelineItem {
  const { icon, tone, what, detail } = wordsFor(activity)
  return { id: String(activity.id), at: activity.at, icon, tone, title: sentence(what), details: detail ? [detail] : [] }
}
