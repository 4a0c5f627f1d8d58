import { describe, expect, it } from 'vitest'
import type { AccessLog } from '@/shared/api/types'
import { keepJudged } from './inbox'

const row = (id: string, verdict: AccessLog['verdict'] = null) => ({ id, verdict }) as AccessLog
const ids = (rows: AccessLog[]) => rows.map((r) => r.id)

describe('keepJudged', () => {
  it('keeps a judged row where it was', () => {
    expect(ids(keepJudged([row('a'), row('b', 'legitimate'), row('c')], [row('a'), row('c')]))).toEqual(['a', 'b', 'c'])
  })

  it('lets go of what somebody else judged, and takes what is new', () => {
    expect(ids(keepJudged([row('a'), row('b')], [row('n'), row('b')]))).toEqual(['n', 'b'])
  })

  it('holds each row once', () => {
    expect(ids(keepJudged([row('a', 'suspicious')], [row('a')]))).toEqual(['a'])
  })
})
