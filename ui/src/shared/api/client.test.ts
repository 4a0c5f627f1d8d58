import { describe, expect, it, vi } from 'vitest'
import { ApiError, createClient } from './client'

type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

/** A server whose answers are a function of method, path and the bearer it was shown. */
function server(answer: (call: string, bearer: string) => Answer) {
  const calls: string[] = []
  const fetch = vi.fn(async (url: string | URL | Request, init?: RequestInit) => {
    const call = `${init?.method} ${String(url)}`
    calls.push(call)
    const { status, body, headers } = answer(call, new Headers(init?.headers).get('Authorization') ?? '')
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers })
  })
  return { fetch: fetch as typeof globalThis.fetch, calls }
}

const refreshCall = 'POST /api/v1/auth/refresh'
const fresh = { access_token: 'new', expires_in: 600 }

describe('createClient', () => {
  it('refreshes once for many callers that meet a dead token, and tries each again', async () => {
    const { fetch, calls } = server((call, bearer) => {
      if (call === refreshCall) return { status: 200, body: fresh }
      return bearer === 'Bearer new' ? { status: 200, body: { ok: true } } : { status: 401, body: { code: 'unauthenticated' } }
    })
    const client = createClient({ fetch })
    client.adopt({ access_token: 'old', expires_in: 600 })
    const answers = await Promise.all([client.get('/a'), client.get('/b'), client.get('/c')])
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }])
    expect(calls.filter((call) => call === refreshCall)).toHaveLength(1)
  })

  it('tries once after a 401 and no more', async () => {
    const { fetch, calls } = server((call) => (call === refreshCall ? { status: 200, body: fresh } : { status: 401, body: { code: 'unauthenticated' } }))
    const client = createClient({ fetch })
    client.adopt({ access_token: 'old', expires_in: 600 })
    await expect(client.get('/a')).rejects.toMatchObject({ status: 401 })
    expect(calls).toEqual(['GET /api/v1/a', refreshCall, 'GET /api/v1/a'])
  })

  it('says that the session ended when the refresh is refused', async () => {
    const onSignedOut = vi.fn()
    const { fetch } = server(() => ({ status: 401, body: { code: 'unauthenticated' } }))
    const client = createClient({ fetch, onSignedOut })
    client.adopt({ access_token: 'old', expires_in: 600 })
    await expect(client.get('/a')).rejects.toBeInstanceOf(ApiError)
    expect(onSignedOut).toHaveBeenCalledTimes(1)
  })

  it('refreshes a minute before the token dies', async () => {
    let now = 0
    const { fetch, calls } = server((call) => ({ status: 200, body: call === refreshCall ? fresh : {} }))
    const client = createClient({ fetch, now: () => now })
    client.adopt({ access_token: 'old', expires_in: 600 })
    now = 539_000
    await client.get('/a')
    now = 541_000
    await client.get('/b')
    expect(calls).toEqual(['GET /api/v1/a', refreshCall, 'GET /api/v1/b'])
  })

  it('takes a lock for the refresh where there is one', async () => {
    const request = vi.fn((_name: string, task: () => Promise<boolean>) => task())
    const { fetch } = server(() => ({ status: 200, body: fresh }))
    const client = createClient({ fetch, locks: { request } as unknown as LockManager })
    expect(await client.refresh()).toBe(true)
    expect(request).toHaveBeenCalledWith('doorward-refresh', expect.any(Function))
  })

  it('downloads a file as it is, or says why not', async () => {
    const fetch = (async (url: string) =>
      url.endsWith('/no') ? Response.json({ code: 'forbidden', detail: 'Not yours.' }, { status: 403 }) : new Response('name\r\nAna\r\n')) as typeof globalThis.fetch
    const client = createClient({ fetch })
    expect(await (await client.download('/list.csv')).text()).toBe('name\r\nAna\r\n')
    await expect(client.download('/no')).rejects.toMatchObject({ status: 403, detail: 'Not yours.' })
  })

  it('reads problem+json', async () => {
    const { fetch } = server(() => ({
      status: 429,
      body: { code: 'too_many', detail: 'Slow down.', errors: [{ field: 'email', detail: 'Taken.' }] },
      headers: { 'Retry-After': '7' },
    }))
    await expect(createClient({ fetch }).post('/a')).rejects.toMatchObject({
      status: 429, code: 'too_many', detail: 'Slow down.', fields: [{ field: 'email', detail: 'Taken.' }], retryAfter: 7,
    })
  })

  it('calls no answer at all offline', async () => {
    const fetch = (() => Promise.reject(new TypeError('refused'))) as typeof globalThis.fetch
    const onUnreachable = vi.fn()
    await expect(createClient({ fetch, onUnreachable }).get('/a')).rejects.toMatchObject({ status: 0, offline: true })
    expect(onUnreachable).toHaveBeenCalledTimes(1)
  })

  it('sends what a page that is left has to send at once, without renewing the session first', async () => {
    const { fetch, calls } = server(() => ({ status: 200, body: {} }))
    const client = createClient({ fetch, now: () => 0 })
    client.adopt({ access_token: 'old', expires_in: 30 })
    await client.post('/last', {}, { keepalive: true })
    expect(calls).toEqual(['POST /api/v1/last'])
    expect(vi.mocked(fetch).mock.calls[0]![1]).toMatchObject({ keepalive: true })
    await client.renew()
    expect(calls).toEqual(['POST /api/v1/last', refreshCall])
  })
})
