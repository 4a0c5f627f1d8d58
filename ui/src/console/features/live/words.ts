import {
  ArrowLeftFromLine, Bot, CalendarCog, Check, CircleHelp, DoorOpen, Eye, Hourglass, Link2, LogOut, OctagonX, Smartphone, TriangleAlert, Undo2, UserPen, X,
  type LucideIcon,
} from '@lucide/vue'
import type { AccessActivity, Activity, CheckinActivity, EventActivity, GuestActivity, Refusal, RsvpActivity } from '@/shared/api/types'
import { plural } from '@/shared/format'

/** One activity in words. */
export interface ActivityWords {
  icon: LucideIcon
  tone?: 'green' | 'blue' | 'amber' | 'red'
  /** What happened, to be read after the guest's name. */
  what: string
  /** Where, by whom, or the guest's own words. */
  detail: string
}

export function wordsFor(activity: Activity): ActivityWords {
  switch (activity.kind) {
    case 'access': return access(activity.data)
    case 'rsvp': return answer(activity.data)
    case 'checkin': return checkin(activity.data)
    case 'guest': return guestChange(activity.data)
    case 'event': return eventChange(activity.data)
  }
}

/** Who an activity is about; null when it is about nobody in particular. */
export function guestOf(activity: Activity): { id: string; name: string } | null {
  if (activity.kind === 'event') return null
  return activity.data.guest.id ? activity.data.guest : null
}

const machines: Partial<Record<AccessActivity['data']['class'], string>> = {
  preview: 'A chat app drew a preview of the link',
  scanner: 'A mail scanner followed the link',
  prefetch: 'A browser fetched the link ahead of a tap',
  automation: 'A script opened the link',
}

const uses = { open: 'Opened the link', rsvp: 'Answered', scan: 'Was scanned' } as const

function access(data: AccessActivity['data']): ActivityWords {
  const what = machines[data.class] ?? uses[data.kind]
  if (data.action === 'blocked') return { icon: OctagonX, tone: 'red', what: `Blocked: ${lower(what)}`, detail: topReason(data) }
  if (data.action === 'flagged') return { icon: TriangleAlert, tone: 'amber', what, detail: topReason(data) }
  if (data.class !== 'human') return { icon: Bot, what, detail: '' }
  return { icon: Eye, tone: 'blue', what, detail: data.band === 'medium' ? topReason(data) : '' }
}

function topReason(data: AccessActivity['data']): string {
  return [...data.reasons].sort((a, b) => b.points - a.points)[0]?.text ?? ''
}

function answer(data: RsvpActivity['data']): ActivityWords {
  const detail = data.message ? `“${data.message}”` : ''
  switch (data.status) {
    case 'attending': return { icon: Check, tone: 'green', what: data.plus_ones > 0 ? `Is coming and brings ${data.plus_ones}` : 'Is coming', detail }
    case 'declined': return { icon: X, what: 'Can’t make it', detail }
    case 'maybe': return { icon: CircleHelp, tone: 'amber', what: 'Might come', detail }
    case 'waitlisted': return { icon: Hourglass, tone: 'amber', what: 'Is on the waitlist', detail }
    case 'none': return { icon: CircleHelp, what: 'Took the answer back', detail }
  }
}

const refusals: Record<Refusal, string> = {
  invalid: 'Turned away: not one of our codes',
  wrong_event: 'Turned away: a code for another event',
  replaced: 'Turned away: an old link',
  revoked: 'Turned away: link revoked',
  already_inside: 'Turned away: already in',
  party_full: 'Turned away: the whole party is in',
  event_closed: 'Turned away: the event is closed',
  blocked: 'Turned away: blocked',
  expired_device: 'Turned away: this door’s device has expired',
  not_inside: 'Was not inside',
  capacity: 'Turned away: the place is full',
}

export function refusalWords(reason: Refusal | '' | undefined): string {
  return reason ? refusals[reason] : 'Turned away'
}

function checkin(data: CheckinActivity['data']): ActivityWords {
  const detail = [data.entrance, data.by].filter(Boolean).join(' · ')
  if (data.undone) return { icon: Undo2, what: 'Check-in taken back', detail }
  if (data.outcome === 'refused') {
    const known = data.reason === 'already_inside' || data.reason === 'party_full' || data.reason === 'not_inside'
    return { icon: known ? TriangleAlert : OctagonX, tone: known ? 'amber' : 'red', what: refusalWords(data.reason), detail }
  }
  if (data.conflict) return { icon: TriangleAlert, tone: 'amber', what: 'Let in twice, at two doors', detail }
  if (data.direction === 'out') return { icon: LogOut, what: data.heads > 1 ? `Left, ${plural(data.heads, 'person', 'people')}` : 'Left', detail }
  const party = data.party_size > 1 ? `, ${data.heads_inside} of ${data.party_size}` : ''
  return { icon: DoorOpen, tone: 'green', what: `Came in${party}${data.override ? ', by hand' : ''}`, detail }
}

const guestChanges: Record<GuestActivity['data']['change'], { icon: LucideIcon; what: string; many: string }> = {
  created: { icon: UserPen, what: 'Was added', many: 'added' },
  updated: { icon: UserPen, what: 'Was edited', many: 'edited' },
  deleted: { icon: UserPen, what: 'Was deleted', many: 'deleted' },
  imported: { icon: ArrowLeftFromLine, what: 'Was imported', many: 'imported' },
  issued: { icon: Link2, what: 'Got a link', many: 'got links' },
  rotated: { icon: Link2, what: 'Got a new link', many: 'got new links' },
  revoked: { icon: Link2, what: 'Lost the link', many: 'lost their links' },
}

function guestChange(data: GuestActivity['data']): ActivityWords {
  const { icon, what, many } = guestChanges[data.change]
  const several = data.count !== undefined && (data.count > 1 || !data.guest.id)
  return { icon, what: several ? `${plural(data.count ?? 0, 'guest')} ${many}` : what, detail: data.by && `by ${data.by}` }
}

const eventChanges: Record<EventActivity['data']['change'], { icon: LucideIcon; what: string }> = {
  created: { icon: CalendarCog, what: 'The event was created' },
  updated: { icon: CalendarCog, what: 'The event was edited' },
  thresholds: { icon: CalendarCog, what: 'The risk bands were moved' },
  allowlist: { icon: CalendarCog, what: 'The allowlist was changed' },
  device_added: { icon: Smartphone, what: 'A door device was added' },
  device_paired: { icon: Smartphone, what: 'A door device was paired' },
  device_revoked: { icon: Smartphone, what: 'A door device was revoked' },
}

function eventChange(data: EventActivity['data']): ActivityWords {
  const { icon, what } = eventChanges[data.change]
  return { icon, what, detail: [data.detail, data.by && `by ${data.by}`].filter(Boolean).join(' · ') }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
