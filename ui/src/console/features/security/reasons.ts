import type { AccessLog, Band, Reason } from '@/shared/api/types'

/** What the live stream and the log both tell of an access, and what the log alone tells. */
export type ExplainedAccess = Pick<AccessLog, 'kind' | 'class' | 'score' | 'band' | 'action' | 'reasons' | 'guest'> &
  Partial<Pick<AccessLog, 'evaluated' | 'if_known' | 'verdict'>>

const base = 'base'
const holds = new Set(['held_own', 'held_first', 'capped'])

export interface Reckoning {
  /** What every visit has, when nothing speaks against it. */
  start: Reason[]
  /** Speaks against the guest; largest first. */
  against: Reason[]
  /** Speaks for the guest; largest first. */
  inFavour: Reason[]
  /** Rules that keep a score down whatever was found. */
  held: Reason[]
  /** What the points add up to. */
  sum: number
  /** The most points that any one reason has, for bars of one scale. */
  most: number
}

/** Sorts reasons by what they do to the score. */
export function reckon(reasons: Reason[]): Reckoning {
  const bySize = [...reasons].sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
  return {
    start: bySize.filter((r) => r.points > 0 && r.code === base),
    against: bySize.filter((r) => r.points > 0 && r.code !== base),
    inFavour: bySize.filter((r) => r.points < 0 && !holds.has(r.code)),
    held: bySize.filter((r) => r.points < 0 && holds.has(r.code)),
    sum: reasons.reduce((sum, r) => sum + r.points, 0),
    most: Math.max(1, ...reasons.map((r) => Math.abs(r.points))),
  }
}

/** "+41", "−13"; the minus is as wide as the plus. */
export function signed(points: number): string {
  return points < 0 ? `−${-points}` : `+${points}`
}

export type Standing = 'trusted' | 'host' | 'unscored' | 'bot' | 'scored'

/** Whether an access was judged at all, and if not, why. */
export function standingOf(access: ExplainedAccess): Standing {
  if (access.reasons.some((r) => r.code === 'allowlisted')) return 'trusted'
  if (access.reasons.some((r) => r.code === 'host')) return 'host'
  if (access.evaluated === false) return 'unscored'
  if (access.class === 'preview' || access.class === 'scanner' || access.class === 'prefetch') return 'bot'
  return 'scored'
}

/** What became of an access that has no reasons to list. */
export function unjudgedWords(access: ExplainedAccess): string {
  switch (standingOf(access)) {
    case 'trusted': return 'It came from a network that you always let through, so it was not scored.'
    case 'host': return 'One of this event’s team was signed in on the device, so it was not scored and does not count as opened.'
    case 'unscored': return 'Let through unscored: the engine could not judge it, and a guest does not wait for that.'
    case 'bot': return botWords[access.class] ?? ''
    case 'scored': return access.reasons.length === 0 ? 'Nothing spoke against it.' : ''
  }
}

const botWords: Partial<Record<AccessLog['class'], string>> = {
  preview: 'A chat app fetched the link to draw its preview. No person opened it, so it counts neither as opened nor against anybody.',
  scanner: 'A mail scanner followed the link before the mail was read. No person opened it, so it counts neither as opened nor against anybody.',
  prefetch: 'A browser fetched the link ahead of a tap. It counts once the guest taps.',
}

/** A verdict is about the device that made the access; at the door that is the door's own. */
export function mayBeJudged(access: ExplainedAccess): boolean {
  return standingOf(access) === 'scored' && access.kind !== 'scan'
}

/** "would be 12, Verified, if you say that this device is Ana's", or "" when that changes nothing. */
export function counterfactual(access: ExplainedAccess): string {
  const known = access.if_known
  if (!known || !mayBeJudged(access) || access.verdict || known.score >= access.score) return ''
  return `It would be ${known.score}, ${bandNames[known.band]}, if you say that this device is ${whose(access.guest.name)}.`
}

export const bandNames: Record<Band, string> = { low: 'Verified', medium: 'Review', high: 'Suspicious', block: 'Blocked' }

/** "Ana Costa" → "Ana’s", "Silva, Rui" → "Rui’s", "Jens" → "Jens’". */
export function whose(name: string): string {
  const first = (name.split(',')[1] ?? name).trim().split(/\s+/)[0] || 'the guest'
  return /s$/i.test(first) ? `${first}’` : `${first}’s`
}
