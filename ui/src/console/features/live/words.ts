import {
  ArrowLeftFromLine, Bot, CalendarCog, Check, CircleHelp, DoorOpen, Eye, Hourglass, Link2, LogOut, OctagonX, Send, Smartphone, TriangleAlert, Undo2, UserPen, Users, X,
  type LucideIcon,
} from '@lucide/vue'
import type { AccessActivity, Activity, CheckinActivity, EventActivity, GuestActivity, Refusal, RsvpActivity } from '@/shared/api/types'
import { plural } from '@/shared/format'

/** One activity in words. */
export interface ActivityWords {
  icon: LucideIcon
  tone?: 'green' | 'blue' | 'amber' | 'red'
  /** What happened, as the rest of a sentence that begins with the guest's name. */
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
  preview: 'link previewed by a chat app',
  scanner: 'link followed by a mail scanner',
  prefetch: 'link fetched by a browser ahead of a tap',
  automation: 'link opened by a script',
}

const uses = { open: 'opened the link', rsvp: 'answered', scan: 'was scanned' } as const
const hosts = { open: 'link tried by a host', rsvp: 'answered by a host', scan: 'was scanned' } as const
const blocked = { open: 'was kept from opening the link', rsvp: 'was kept from answering', scan: 'was kept out' } as const

function access(data: AccessActivity['data']): ActivityWords {
  if (data.reasons.some((r) => r.code === 'host')) return { icon: Eye, what: hosts[data.kind], detail: '' }
  const what = machines[data.class] ?? uses[data.kind]
  if (data.action === 'blocked') return { icon: OctagonX, tone: 'red', what: blocked[data.kind], detail: topReason(data) }
  if (data.action === 'flagged') return { icon: TriangleAlert, tone: 'amber', what, detail: topReason(data) }
  if (data.class !== 'human') return { icon: Bot, what, detail: '' }
  return { icon: Eye, tone: 'blue', what, detail: data.band === 'medium' ? topReason(data) : '' }
}

/** What speaks against a guest the most. */
export function topReason({ reasons }: Pick<AccessActivity['data'], 'reasons'>): string {
  return [...reasons].sort((a, b) => b.points - a.points).find((r) => r.points > 0)?.text ?? ''
}

function answer(data: RsvpActivity['data']): ActivityWords {
  const detail = data.message ? `“${data.message}”` : ''
  switch (data.status) {
    case 'attending': {
      const what = data.promoted ? 'got a place from the waitlist' : 'is coming'
      return { icon: Check, tone: 'green', what: data.plus_ones > 0 ? `${what} and brings ${data.plus_ones}` : what, detail }
    }
    case 'declined': return { icon: X, what: 'can’t make it', detail }
    case 'maybe': return { icon: CircleHelp, tone: 'amber', what: 'might come', detail }
    case 'waitlisted': return { icon: Hourglass, tone: 'amber', what: data.plus_ones > 0 ? `waits for ${data.plus_ones + 1} places` : 'waits for a place', detail }
    case 'none': return { icon: CircleHelp, what: 'took the answer back', detail }
  }
}

const refusals: Record<Refusal, string> = {
  invalid: 'not one of our codes',
  wrong_event: 'a code for another event',
  replaced: 'an old link',
  revoked: 'link revoked',
  already_inside: 'already in',
  party_full: 'the whole party is in',
  event_closed: 'the event is closed',
  blocked: 'blocked',
  expired_device: 'this door’s device has expired',
  not_inside: 'was not inside',
  capacity: 'the place is full',
}

/** Why the door said no. */
export function refusalWords(reason: Refusal | '' | undefined): string {
  return reason ? refusals[reason] : 'no reason given'
}

function checkin(data: CheckinActivity['data']): ActivityWords {
  const detail = [data.entrance, data.by].filter(Boolean).join(' · ')
  if (data.undone) return { icon: Undo2, what: 'had the check-in taken back', detail }
  if (data.outcome === 'refused') {
    const known = data.reason === 'already_inside' || data.reason === 'party_full' || data.reason === 'not_inside'
    return { icon: known ? TriangleAlert : OctagonX, tone: known ? 'amber' : 'red', what: `turned away: ${refusalWords(data.reason)}`, detail }
  }
  if (data.conflict) return { icon: TriangleAlert, tone: 'amber', what: 'was let in twice, at two doors', detail }
  if (data.direction === 'out') return { icon: LogOut, what: data.heads > 1 ? `left, ${plural(data.heads, 'person', 'people')}` : 'left', detail }
  const party = data.party_size > 1 ? `, ${data.heads_inside} of ${data.party_size}` : ''
  return { icon: DoorOpen, tone: 'green', what: `came in${party}${data.override ? ', let in anyway' : ''}`, detail }
}

const guestChanges: Record<GuestActivity['data']['change'], { icon: LucideIcon; what: string; many: string }> = {
  created: { icon: UserPen, what: 'was added', many: 'added' },
  updated: { icon: UserPen, what: 'was edited', many: 'edited' },
  deleted: { icon: UserPen, what: 'was deleted', many: 'deleted' },
  imported: { icon: ArrowLeftFromLine, what: 'was imported', many: 'imported' },
  issued: { icon: Link2, what: 'got a link', many: 'got links' },
  rotated: { icon: Link2, what: 'got a new link', many: 'got new links' },
  revoked: { icon: Link2, what: 'lost the link', many: 'lost their links' },
  sent: { icon: Send, what: 'was sent the link', many: 'were sent their links' },
  unsent: { icon: Undo2, what: 'was not sent the link after all', many: 'were not sent their links after all' },
  resent: { icon: Link2, what: 'asked for a fresh link, which was mailed', many: 'asked for fresh links' },
}

function guestChange(data: GuestActivity['data']): ActivityWords {
  const { icon, what, many } = guestChanges[data.change]
  const several = data.count !== undefined && (data.count > 1 || !data.guest.id)
  return { icon, what: several ? `${plural(data.count ?? 0, 'guest')} ${many}` : what, detail: data.by && `by ${data.by}` }
}

const eventChanges: Record<EventActivity['data']['change'], { icon: LucideIcon; what: string }> = {
  created: { icon: CalendarCog, what: 'the event was created' },
  updated: { icon: CalendarCog, what: 'the event was edited' },
  duplicated: { icon: CalendarCog, what: 'the event was copied' },
  deleted: { icon: CalendarCog, what: 'the event was deleted' },
  restored: { icon: CalendarCog, what: 'the event was brought back' },
  thresholds: { icon: CalendarCog, what: 'the risk bands were moved' },
  allowlist: { icon: CalendarCog, what: 'the allowlist was changed' },
  device_added: { icon: Smartphone, what: 'a door device was added' },
  device_paired: { icon: Smartphone, what: 'a door device was paired' },
  device_revoked: { icon: Smartphone, what: 'a door device was revoked' },
  member_invited: { icon: Users, what: 'somebody was invited to the team' },
  invite_cancelled: { icon: Users, what: 'an invitation to the team was withdrawn' },
  member_joined: { icon: Users, what: 'the team has a new member' },
  member_role: { icon: Users, what: 'a role on the team was changed' },
  member_left: { icon: Users, what: 'a member left the team' },
  member_removed: { icon: Users, what: 'a member was taken off the team' },
}

function eventChange(data: EventActivity['data']): ActivityWords {
  const { icon, what } = eventChanges[data.change]
  return { icon, what, detail: [data.detail, data.by && `by ${data.by}`].filter(Boolean).join(' · ') }
}

/** The words as a sentence of their own. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
