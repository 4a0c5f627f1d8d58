import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/client'
import { guard, safeNext } from './guard'

const page = (name: string, isPublic = false, fullPath = `/${name}`) => ({ name, fullPath, meta: { public: isPublic }, query: {} })
const session = (signedIn: boolean, fresh = false) => ({ restore: () => Promise.resolve(signedIn), setupNeeded: () => Promise.resolve(fresh) })

describe('guard', () => {
  it('lets the signed-in through, and away from the sign-in page', async () => {
    expect(await guard(page('events'), session(true))).toBe(true)
    expect(await guard(page('sign-in', true), session(true))).toEqual({ path: '/app' })
  })

  it('shows what is for anybody to anybody', async () => {
    const invite = { ...page('invite'), meta: { anyone: true } }
    for (const who of [session(true), session(false), session(false, true)]) expect(await guard(invite, who)).toBe(true)
  })

  it('sends strangers to sign in and remembers where they were going', async () => {
    expect(await guard(page('guests', false, '/app/e/evt_1/guests'), session(false)))
      .toEqual({ name: 'sign-in', query: { next: '/app/e/evt_1/guests' } })
  })

  it('opens set-up on a fresh box alone', async () => {
    expect(await guard(page('sign-in', true), session(false, true))).toEqual({ name: 'set-up' })
    expect(await guard(page('set-up', true), session(false, true))).toBe(true)
    expect(await guard(page('set-up', true), session(false))).toEqual({ name: 'sign-in' })
  })

  it('opens what a mail links to for everybody', async () => {
    const reset = { ...page('reset'), meta: { anyone: true } }
    expect(await guard(reset, session(true))).toBe(true)
    expect(await guard(reset, session(false))).toBe(true)
  })

  it('says so when the server cannot be reached', async () => {
    const offline = { ...session(false), restore: () => Promise.reject(new ApiError(0, 'offline', '')) }
    expect(await guard(page('events', false, '/app'), offline)).toEqual({ name: 'unreachable', query: { next: '/app' } })
  })
})

it.each([
  ['/app/e/evt_1/live?x=1', '/app/e/evt_1/live?x=1'],
  ['https://elsewhere.example', '/app'],
  ['//elsewhere.example', '/app'],
  ['/application', '/app'],
  ['/invite', '/invite'],
  ['/invite/..//elsewhere.example', '/app'],
  [undefined, '/app'],
])('safeNext(%s) is %s', (given, expected) => {
  expect(safeNext(given)).toBe(expected)
})
