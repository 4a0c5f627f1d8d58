import { describe, expect, it } from 'vitest'
import type { Feedback, LearnedModel } from '@/shared/api/types'
import { agreement, caught, missing, originOf, tally } from './learning'

const feedback = (verdict: Feedback['verdict'], guest: string) => ({ verdict, guest: { id: guest, name: guest } }) as Feedback

describe('tally', () => {
  it('counts verdicts and guests of each kind', () => {
    expect(tally([feedback('legitimate', 'a'), feedback('legitimate', 'a'), feedback('suspicious', 'b')]))
      .toEqual({ legitimate: { verdicts: 2, guests: 1 }, suspicious: { verdicts: 1, guests: 1 } })
  })
})

describe('missing', () => {
  it('says what is still needed', () => {
    expect(missing('legitimate', { verdicts: 7, guests: 4 })).toBe('13 more, from at least 1 more guest')
    expect(missing('legitimate', { verdicts: 0, guests: 0 })).toBe('20 more, from at least 5 guests')
    expect(missing('suspicious', { verdicts: 4, guests: 5 })).toBe('6 more')
    expect(missing('suspicious', { verdicts: 30, guests: 2 })).toBe('some from 3 more guests')
    expect(missing('legitimate', { verdicts: 20, guests: 5 })).toBe('')
  })
})

describe('figures', () => {
  const none = { loss: 0, deviation: 0, area: 0, caught: 0 }

  it('turns a loss into a likelihood', () => {
    expect(agreement({ ...none, loss: Math.log(2), deviation: 0.1 })).toBeCloseTo(0.5)
    expect(caught({ ...none, area: 0.97, caught: 0.91 })).toBe(0.91)
  })

  it('tells nought from not measured', () => {
    expect(agreement(none)).toBeNull()
    expect(caught(none)).toBeNull()
    expect(caught({ ...none, area: 0.5 })).toBe(0)
  })
})

describe('originOf', () => {
  const model = (id: number, origin: LearnedModel['origin'], weight: number) => ({ id, origin, weights: [weight], offset: 0 }) as LearnedModel

  it('finds what was gone back to', () => {
    const all = [model(3, 'reverted', 1), model(2, 'learned', 1.2), model(0, 'default', 1)]
    expect(originOf(all[0]!, all).id).toBe(0)
    expect(originOf(all[1]!, all).id).toBe(2)
  })
})
