import type { Activity } from '@/shared/api/types'

export const mostRows = 500

/** Newest first, each id once, and no more than a page can carry. */
export function mergeRows(rows: Activity[], more: Activity[]): Activity[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const row of more) byId.set(row.id, row)
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, mostRows)
}

export type LiveFilter = 'all' | 'look' | 'opens' | 'answers' | 'door'

export function matches(activity: Activity, filter: LiveFilter): boolean {
  switch (filter) {
    case 'all': return true
    case 'opens': return activity.kind === 'access'
    case 'answers': return activity.kind === 'rsvp'
    case 'door': return activity.kind === 'checkin'
    case 'look': return needsALook(activity)
  }
}

function needsALook(activity: Activity): boolean {
  if (activity.kind === 'access') return activity.data.action !== 'allowed'
  return activity.kind === 'checkin' && (activity.data.outcome === 'refused' || Boolean(activity.data.conflict))
}
