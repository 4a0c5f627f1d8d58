import type { AccessLog, Activity } from '@/shared/api/types'
import type { TimelineItem } from '@/ui/Timeline.vue'
import { guestOf, sentence, wordsFor } from '../live/words'

/**
 * One guest's history, newest first: every access from the log, and from the event's activity what the log does
 * not hold. The same access in both counts once.
 */
export function timelineOf(guestId: string, accesses: AccessLog[], activity: Activity[]): TimelineItem[] {
  const fromLog = accesses.map(accessItem)
  const fromActivity = activity.filter((a) => a.kind !== 'access' && guestOf(a)?.id === guestId).map(activityItem)
  return [...fromLog, ...fromActivity].sort((a, b) => b.at.localeCompare(a.at))
}

function accessItem(log: AccessLog): TimelineItem {
  const words = wordsFor({ id: 0, kind: 'access', at: log.at, data: { ...log, access_id: log.id } })
  return {
    id: log.id,
    at: log.at,
    icon: words.icon,
    tone: words.tone,
    title: sentence(words.what),
    details: [[log.device, log.ip].filter(Boolean).join(' · ')].filter(Boolean),
  }
}

function activityItem(activity: Activity): TimelineItem {
  const { icon, tone, what, detail } = wordsFor(activity)
  return { id: String(activity.id), at: activity.at, icon, tone, title: sentence(what), details: detail ? [detail] : [] }
}
