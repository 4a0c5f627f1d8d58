import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'
import { ApiError } from '@/shared/api/client'

export interface GuardSession {
  restore: () => Promise<boolean>
  setupNeeded: () => Promise<boolean>
}

type Target = Pick<RouteLocationNormalized, 'name' | 'fullPath' | 'meta' | 'query'>

/** Decides whether a page may be shown, and where to go instead. */
export async function guard(to: Target, session: GuardSession): Promise<RouteLocationRaw | true> {
  if (to.name === 'unreachable' || to.meta.anyone) return true
  try {
    if (await session.restore()) return to.meta.public ? { path: safeNext(to.query.next) } : true
    const fresh = await session.setupNeeded()
    if (to.name === 'set-up') return fresh ? true : { name: 'sign-in' }
    if (fresh) return { name: 'set-up' }
    return to.meta.public ? true : { name: 'sign-in', query: { next: to.fullPath } }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { name: 'unreachable', query: { next: to.fullPath } }
  }
}

/** Where to go after signing in: a page of the console and nothing else. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/app(\/|\?|$)/.test(next) ? next : '/app'
}
