import { describe, expect, it } from 'vitest'
import { Refused, Unreachable } from './api'
import { codeFromHash, pairProblem } from './pairing'

describe('codeFromHash', () => {
  it.each([
    ['#pair=7F4K-22QP', '7F4K-22QP'],
    ['#x=1&pair=7F4K', '7F4K'],
    ['#pair=', ''],
    ['', ''],
    ['#scan', ''],
  ])('%s → %s', (hash, code) => expect(codeFromHash(hash)).toBe(code))
})

describe('pairProblem', () => {
  it('tells a bad code from a bad network and from too many tries', () => {
    expect(pairProblem(new Refused(410, 'gone', ''))).toMatch(/new one/)
    expect(pairProblem(new Refused(429, 'too_many', ''))).toMatch(/minute/)
    expect(pairProblem(new Refused(503, 'unavailable', ''))).toMatch(/busy/)
    expect(pairProblem(new Unreachable('no answer'))).toMatch(/network/)
  })
})
