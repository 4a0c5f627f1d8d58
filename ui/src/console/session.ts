import { shallowRef } from 'vue'
import { createClient } from '@/shared/api/client'
import type { Session, User } from '@/shared/api/types'
import { doubtReach } from './reach'

let signedOut = () => {}

/** The console's one way to the server. */
export const api = createClient({
  onSignedOut: () => {
    user.value = null
    signedOut()
  },
  onUnreachable: doubtReach,
})

export const user = shallowRef<User | null>(null)

/** What to do when the session ended without anybody asking for it. */
export function onSignedOut(run: () => void) {
  signedOut = run
}

/** Picks the session up from the cookie. False: sign in first. Throws when the server is out of reach. */
export async function restore(): Promise<boolean> {
  if (user.value) return true
  if (!(await api.refresh())) return false
  user.value = await api.get<User>('/me')
  return true
}

export async function signIn(email: string, password: string) {
  await enter(await api.post<Session>('/auth/login', { email, password }))
}

/**
 * Makes the first account. The recovery code is '' when the server could not make one. Only `enter` signs in, because the
 * page that shows the code would be gone.
 */
export async function setUp(input: { code: string; name: string; email: string; password: string }) {
  const session = await api.post<Session>('/setup', input)
  return { recoveryCode: session.recovery_code ?? '', enter: () => enter(session) }
}

/** Sets a password with the token of a one-time link. */
export async function resetPassword(token: string, password: string) {
  await api.post('/auth/reset-password', { token, password })
}

export async function setupNeeded(): Promise<boolean> {
  return (await api.get<{ needed: boolean }>('/setup')).needed
}

/** Ends the session here; the server's part is tried but not waited for in vain. */
export async function signOut() {
  try {
    await api.post('/auth/logout')
  } finally {
    api.forget()
    user.value = null
  }
}

async function enter(session: Session) {
  api.adopt(session)
  user.value = session.user ?? await api.get<User>('/me')
}
