import type { GuestCounts, GuestStanding } from '@/shared/api/guests'
import type { Band, Guest } from '@/shared/api/types'

export interface GuestFilter {
  q: string
  status: GuestStanding | ''
  band: Band | ''
  tag: string
}

export const noFilter: GuestFilter = { q: '', status: '', band: '', tag: '' }

/** In the order they are offered in. */
export const standings: readonly GuestStanding[] = ['attending', 'none', 'maybe', 'declined', 'waitlisted', 'inside']
export const bands: readonly Band[] = ['low', 'medium', 'high', 'block']

type Query = Record<string, unknown>

/** The filter that an address says; what is no filter of ours narrows nothing. */
export function filterOf(query: Query): GuestFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const oneOf = <T extends string>(known: readonly T[], name: string): T | '' => known.find((value) => value === query[name]) ?? ''
  return { q: text('q'), status: oneOf(standings, 'status'), band: oneOf(bands, 'band'), tag: text('tag') }
}

/** What an address says of a filter. */
export function queryOf({ q, status, band, tag }: GuestFilter) {
  return { q: q || undefined, status: status || undefined, band: band || undefined, tag: tag || undefined }
}

export function isFiltered(filter: GuestFilter): boolean {
  return Boolean(filter.q || narrows(filter))
}

/** Whether what happens to a guest may put them on the list or take them off it. */
export function narrows({ status, band, tag }: GuestFilter): boolean {
  return Boolean(status || band || tag)
}

/** How many guests a filter finds; null when the counts do not tell. */
export function matching({ q, status, band, tag }: GuestFilter, counts: GuestCounts | undefined): number | null {
  if (!counts || q || [status, band, tag].filter(Boolean).length > 1) return null
  if (status) return counts.status[status] ?? null
  if (band) return counts.band[band] ?? null
  if (tag) return counts.tags.find((t) => t.tag === tag)?.guests ?? null
  return counts.total
}

/** The counts without guests who are about to be deleted. */
export function countsWithout(counts: GuestCounts, gone: Guest[]): GuestCounts {
  const less: GuestCounts = { total: counts.total - gone.length, status: { ...counts.status }, band: { ...counts.band }, tags: [] }
  const tags = new Map(counts.tags.map(({ tag, guests }) => [tag, guests]))
  for (const guest of gone) {
    less.status[guest.rsvp.status]--
    if (guest.checkin.heads_inside > 0) less.status.inside--
    if (guest.risk.band) less.band[guest.risk.band]--
    for (const tag of guest.tags) tags.set(tag, (tags.get(tag) ?? 1) - 1)
  }
  less.tags = [...tags].filter(([, guests]) => guests > 0).map(([tag, guests]) => ({ tag, guests }))
  return less
}
