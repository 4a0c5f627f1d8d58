// The door's calls. Each either answers, or throws Refused (the server said no) or Unreachable (nobody answered).
import type { CheckinAnswer, CheckinItem, DoorState, FoundGuest, Pairing, UndoAnswer } from './wire'

const patience = 8_000

/** The server answered, and not with what was asked for. `message` are its plain words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail)
  }

  /** Busy or broken for the moment: the same request may succeed later. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429
  }
}

/** No answer: no network, no server, or too slow. */
export class Unreachable extends Error {}

async function call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), patience)
  try {
    const response = await fetch(`/api/v1/door${path}`, {
      method,
      signal: abort.signal,
      cache: 'no-store',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (!response.ok) throw await refusal(response)
    return (await response.json()) as T
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Unreachable('no answer', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

async function refusal(response: Response): Promise<Refused> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string }
  return new Refused(response.status, problem.code ?? '', problem.detail ?? 'Something went wrong. Ask the host.')
}

export function pair(code: string, name: string): Promise<Pairing> {
  return call('POST', '/pair', '', name ? { code, name } : { code })
}

export type DoorApi = ReturnType<typeof doorApi>

/** The calls of a paired phone. */
export function doorApi(token: string) {
  return {
    state: () => call<DoorState>('GET', '/event', token),
    /** `sent_at` lets the server read each item's `at` by this phone's own clock, which may be off. */
    checkIn: (items: CheckinItem[]) => call<CheckinAnswer>('POST', '/checkins', token, { items, sent_at: new Date().toISOString() }),
    undo: (nonce: string) => call<UndoAnswer>('POST', '/checkins/undo', token, { nonce }),
    search: (q: string) => call<{ items: FoundGuest[] }>('GET', `/search?q=${encodeURIComponent(q)}`, token),
  }
}
