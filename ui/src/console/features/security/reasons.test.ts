import { describe, expect, it } from 'vitest'
import type { Reason } from '@/shared/api/types'
import { counterfactual, mayBeJudged, reckon, signed, standingOf, unjudgedWords, whose, type ExplainedAccess } from './reasons'

const reason = (code: string, points: number): Reason => ({ code, points, text: code })

const access = (more: Partial<ExplainedAccess> = {}): ExplainedAccess => ({
  kind: 'open', class: 'human', score: 58, band: 'medium', action: 'allowed', guest: { id: 'g', name: 'Ana Costa' },
  reasons: [reason('new_device', 58)], evaluated: true, if_known: { score: 12, band: 'low' }, verdict: null, ...more,
})


describe('reckon', () => {
  it('sorts by what each reason does, and by size', () => {
    const { against, inFavour, held } = reckon([
      reason('new_network', 12), reason('known_look', -4), reason('new_device', 60), reason('capped', -9), reason('same_country', -11),
    ])
    expect(against.map((r) => r.code)).toEqual(['new_device', 'new_network'])
    expect(inFavour.map((r) => r.code)).toEqual(['same_country', 'known_look'])
    expect(held.map((r) => r.code)).toEqual(['capped'])
  })

  it('adds up to the score and gives bars one scale', () => {
    const { sum, most } = reckon([reason('new_device', 70), reason('same_country', -12), reason('held_own', -40)])
    expect(sum).toBe(18)
    expect(most).toBe(70)
  })

  it('does not hold against a guest what every visit starts with', () => {
    const { start, against } = reckon([reason('base', 17), reason('known_device', -13)])
    expect(start).toEqual([reason('base', 17)])
    expect(against).toEqual([])
  })

  it('leaves out what has no points', () => {
    expect(reckon([reason('allowlisted', 0)])).toMatchObject({ against: [], inFavour: [], held: [], sum: 0 })
  })
})

describe('signed', () => {
  it('writes a real minus', () => expect([signed(41), signed(-13)]).toEqual(['+41', '−13']))
})

describe('standingOf', () => {
  it('tells what was judged from what was not', () => {
    expect(standingOf(access())).toBe('scored')
    expect(standingOf(access({ class: 'automation' }))).toBe('scored')
    expect(standingOf(access({ class: 'preview' }))).toBe('bot')
    expect(standingOf(access({ evaluated: false }))).toBe('unscored')
    expect(standingOf(access({ reasons: [reason('allowlisted', 0)] }))).toBe('trusted')
  })

  it('has words for each that has no reasons', () => {
    for (const more of [{ class: 'preview' }, { class: 'scanner' }, { class: 'prefetch' }, { evaluated: false }, { reasons: [] }, { reasons: [reason('allowlisted', 0)] }, { reasons: [reason('host', 0)] }] as const) {
      expect(unjudgedWords(access(more as Partial<ExplainedAccess>))).not.toBe('')
    }
    expect(unjudgedWords(access())).toBe('')
  })
})

describe('mayBeJudged', () => {
  it('leaves out the door’s own phone and whatever no person did', () => {
    expect(mayBeJudged(access())).toBe(true)
    expect(mayBeJudged(access({ kind: 'scan' }))).toBe(false)
    expect(mayBeJudged(access({ class: 'scanner' }))).toBe(false)
    expect(mayBeJudged(access({ evaluated: false }))).toBe(false)
  })
})

describe('counterfactual', () => {
  it('names the score and the band', () => {
    expect(counterfactual(access())).toBe('It would be 12, Verified, if you say that this device is Ana’s.')
    expect(counterfactual(access({ if_known: { score: 12, band: 'high' } }))).toContain('12, Suspicious')
  })

  it('is silent when a word would change nothing, or was given', () => {
    expect(counterfactual(access({ if_known: { score: 58, band: 'medium' } }))).toBe('')
    expect(counterfactual(access({ verdict: 'legitimate' }))).toBe('')
    expect(counterfactual(access({ if_known: undefined }))).toBe('')
  })
})

describe('whose', () => {
  it('uses the first name', () => {
    expect(['Ana Costa', 'Silva, Rui', 'Jens Holm', ''].map(whose)).toEqual(['Ana’s', 'Rui’s', 'Jens’', 'the guest’s'])
  })
})
