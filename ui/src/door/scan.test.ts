import { describe, expect, it } from 'vitest'
import { correctedItem, headsOf, headsWords, isIn, newScan, type Scan, verdictFor } from './scan'
import type { Outcome } from './wire'

function scanOf(outcome: Partial<Outcome>, party = 3, inside = 3, change: Partial<Scan> = {}): Scan {
  const guest = { id: 'gst_1', name: 'Ana Costa', party_size: party, heads_inside: inside, status: 'attending' as const, plus_ones: 0, note: '' }
  return {
    ...newScan({ nonce: 'n', token: 't', direction: 'in', at: '2026-06-12T19:02:00.000Z' }, ''),
    state: 'answered',
    outcome: { nonce: 'n', outcome: 'admitted', reason: '', guest, first: null, conflict: false, heads: 3, ...outcome },
    ...change,
  }
}

describe('verdictFor', () => {
  it('is never green without an answer from the server', () => {
    expect(verdictFor(scanOf({}, 3, 3, { state: 'checking' })).kind).toBe('waiting')
    expect(verdictFor(scanOf({}, 3, 3, { state: 'waiting' })).kind).toBe('waiting')
    expect(verdictFor(scanOf({}, 3, 3, { outcome: null, problem: 'No.' }))).toMatchObject({ kind: 'stop', advice: 'No.' })
  })
})

describe('headsOf', () => {
  it('lets a whole party be corrected down to one', () => {
    expect(headsOf(scanOf({}))).toEqual({ inside: 3, party: 3, least: 1, most: 3 })
  })

  it('keeps those inside who came with an earlier scan', () => {
    expect(headsOf(scanOf({ heads: 2 }))).toEqual({ inside: 3, party: 3, least: 2, most: 3 })
  })

  it('shows the number wanted while a correction is under way', () => {
    expect(headsOf(scanOf({}, 3, 3, { wanted: 2 }))?.inside).toBe(2)
  })

  it('allows more than the party after an override', () => {
    expect(headsOf(scanOf({ heads: 1 }, 3, 4))).toEqual({ inside: 4, party: 3, least: 4, most: 4 })
  })

  it('has nothing to correct for one person, a refusal, or an undone scan', () => {
    expect(headsOf(scanOf({ heads: 1 }, 1, 1))).toBeNull()
    expect(headsOf(scanOf({ outcome: 'refused', heads: 0 }))).toBeNull()
    expect(headsOf(scanOf({}, 3, 0, { state: 'undone' }))).toBeNull()
  })
})

describe('headsWords', () => {
  it('counts within the party, and says so when there are more', () => {
    expect(headsWords(2, 3)).toBe('2 of 3 inside')
    expect(headsWords(4, 3)).toBe('4 inside, party of 3')
  })
})

describe('isIn', () => {
  it('holds for an admitted scan until it is undone', () => {
    expect(isIn(scanOf({}))).toBe(true)
    expect(isIn(scanOf({}, 3, 3, { state: 'undone' }))).toBe(false)
    expect(isIn(scanOf({}, 3, 3, { state: 'waiting' }))).toBe(false)
    expect(isIn(scanOf({ outcome: 'refused' }))).toBe(false)
  })
})

describe('correctedItem', () => {
  const scan = scanOf({})

  it('names the guest, so that the code is not used a second time', () => {
    const item = correctedItem(scan.item, scan.outcome!, 2, 'fresh')
    expect(item).toMatchObject({ nonce: 'fresh', guest_id: 'gst_1', heads: 2 })
    expect(item.token).toBeUndefined()
  })

  it('keeps the token of an override', () => {
    const item = correctedItem({ ...scan.item, override: true }, scan.outcome!, 2, 'fresh')
    expect(item).toMatchObject({ token: 't', override: true, heads: 2 })
    expect(item.guest_id).toBeUndefined()
  })
})
