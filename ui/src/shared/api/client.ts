import type { FieldProblem, Session } from './types'

/** An answer that is not 2xx, or no answer at all (status 0). `detail` is fit to show. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    /** Seconds to wait before another try, when the server said so. */
    readonly retryAfter?: number,
  ) {
    super(detail)
    this.name = 'ApiError'
  }

  /** No answer arrived: the box is out of reach, or the device has no network. */
  get offline(): boolean {
    return this.status === 0
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>
  /** Sent as JSON; a FormData is sent as it is. */
  body?: unknown
  signal?: AbortSignal
  /** The answer is a file and not JSON. */
  file?: boolean
  /** Goes on when the page is left; the browser takes 64 KiB at most. */
  keepalive?: boolean
}

export interface ClientOptions {
  fetch?: typeof fetch
  locks?: Pick<LockManager, 'request'>
  now?: () => number
  /** Called when somebody was signed in and a refresh was refused. */
  onSignedOut?: () => void
  /** Called when a request got no answer at all. */
  onUnreachable?: () => void
}

export type Client = ReturnType<typeof createClient>

const base = '/api/v1'
const minute = 60_000

/**
 * Speaks to /api/v1. The access token lives in this closure and nowhere else; the refresh token is an
 * HttpOnly cookie that scripts never see.
 */
export function createClient(options: ClientOptions = {}) {
  const send = options.fetch ?? fetch.bind(globalThis)
  const locks = options.locks ?? globalThis.navigator?.locks
  const now = options.now ?? Date.now

  let token = ''
  let expiresAt = 0
  let refreshing: Promise<boolean> | null = null

  function adopt(session: Session) {
    token = session.access_token
    expiresAt = now() + session.expires_in * 1000
  }

  function forget() {
    token = ''
    expiresAt = 0
  }

  /** Asks for a new access token, once however many callers wait. False: nobody is signed in. */
  function refresh(): Promise<boolean> {
    refreshing ??= oneTabAtATime(rotate).finally(() => { refreshing = null })
    return refreshing
  }

  // A refresh token works once, so two tabs must not present the same one.
  function oneTabAtATime(task: () => Promise<boolean>): Promise<boolean> {
    return locks ? Promise.resolve(locks.request('doorward-refresh', task)) : task()
  }

  async function rotate(): Promise<boolean> {
    try {
      adopt(await exchange<Session>('POST', '/auth/refresh', {}))
      return true
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      const wasSignedIn = token !== ''
      forget()
      if (wasSignedIn) options.onSignedOut?.()
      return false
    }
  }

  async function exchange<T>(method: string, path: string, { query, body, signal, file, keepalive }: RequestOptions): Promise<T> {
    const headers = new Headers({ Accept: file ? '*/*' : 'application/json' })
    if (token) headers.set('Authorization', `Bearer ${token}`)
    const form = body instanceof FormData
    if (body !== undefined && !form) headers.set('Content-Type', 'application/json')
    let response: Response
    try {
      response = await send(base + path + search(query), {
        method,
        headers,
        body: form ? body : body === undefined ? undefined : JSON.stringify(body),
        credentials: 'same-origin',
        signal,
        keepalive,
      })
    } catch (error) {
      if (signal?.aborted) throw error
      options.onUnreachable?.()
      throw new ApiError(0, 'offline', 'The server cannot be reached. Check the network and try again.')
    }
    if (!response.ok) throw await problem(response)
    if (file) return (await response.blob()) as T
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** Sees to it that the access token is good for a minute. */
  async function renew() {
    if (token && expiresAt - now() < minute) await refresh()
  }

  async function request<T>(method: string, path: string, sending: RequestOptions = {}): Promise<T> {
    // A page that is left sends now or never.
    if (!sending.keepalive) await renew()
    try {
      return await exchange<T>(method, path, sending)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || !token) throw error
      if (!(await refresh())) throw error
      return exchange<T>(method, path, sending)
    }
  }

  return {
    get: <T>(path: string, options?: RequestOptions) => request<T>('GET', path, options),
    /** A link to it would not carry the access token. */
    download: (path: string) => request<Blob>('GET', path, { file: true }),
    post: <T>(path: string, body: unknown = {}, options?: RequestOptions) => request<T>('POST', path, { ...options, body }),
    put: <T>(path: string, body: unknown) => request<T>('PUT', path, { body }),
    patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, { body }),
    delete: <T = void>(path: string, options?: RequestOptions) => request<T>('DELETE', path, options),
    refresh,
    renew,
    adopt,
    forget,
  }
}

function search(query: RequestOptions['query']): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text && `?${text}`
}

async function problem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const { code, detail, errors } = (body ?? {}) as { code?: string; detail?: string; errors?: FieldProblem[] }
  const wait = Number(response.headers.get('Retry-After'))
  return new ApiError(
    response.status,
    code ?? 'internal',
    detail || 'That did not work. Nothing was changed; please try again.',
    errors ?? [],
    wait > 0 ? wait : undefined,
  )
}
