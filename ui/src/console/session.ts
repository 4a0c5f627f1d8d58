import { ref, shallowRef } from 'vue'
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

let leaving: () => Promise<void> = async () => {}

/** What is still to be sent before somebody signs out. */
export function beforeSignOut(run: () => Promise<void>) {
  leaving = run
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

/** Asks for an account; the answer is the same whatever comes of it. */
export async function signUp(input: { name: string; email: string; password: string; accept_terms: boolean }) {
  await api.post('/auth/signup', input)
}

/**
 * Makes the account that a mailed link is for. The password given here is the one that counts. Whoever is signed in here
 * is signed out: next comes the account of the link.
 */
export async function verifyEmail(token: string, password: string) {
  await api.post('/auth/verify-email', { token, password })
  await signOut().catch(() => undefined) // what was asked for is done
}

/** Asks for a mail with a link that sets a new password. */
export async function forgotPassword(email: string) {
  await api.post('/auth/forgot-password', { email })
}

/** Sets a password with the token of a one-time link. Every session of the account ends with it, and whatever was here. */
export async function resetPassword(token: string, password: string) {
  await api.post('/auth/reset-password', { token, password })
  await signOut().catch(() => undefined)
}

/** Whether anybody may sign up, as of the last setupNeeded. */
export const signUpOpen = ref(false)

export async function setupNeeded(): Promise<boolean> {
  const state = await api.get<{ needed: boolean; sign_up: 'open' | 'invited' }>('/setup')
  signUpOpen.value = state.sign_up === 'open'
  return state.needed
}

/** Ends every session of the account, this one included. */
export async function signOutEverywhere() {
  await api.post('/auth/logout-all')
  leave()
}

export async function rename(name: string) {
  user.value = await api.patch<User>('/me', { name })
}

/** Accepts the newest terms. */
export async function acceptTerms() {
  if (!user.value) return
  await api.post('/me/accept-terms', { version: user.value.terms_version })
  user.value = await api.get<User>('/me')
}

/** Ends the session here; the server's part is tried but not waited for in vain. */
export async function signOut() {
  try {
    await leaving()
    await api.post('/auth/logout')
  } finally {
    leave()
  }
}

function leave() {
  api.forget()
  user.value = null
}

async function enter(session: Session) {
  api.adopt(session)
  user.value = session.user ?? await api.get<User>('/me')
}
