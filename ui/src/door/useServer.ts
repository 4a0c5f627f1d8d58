import { onScopeDispose, ref, shallowRef } from 'vue'
import { type DoorApi, doorApi, Refused } from './api'
import type { Counts, DoorState } from './wire'

const pollEvery = 5_000

export type Link = 'connecting' | 'live' | 'down'

export type Server = ReturnType<typeof useServer>

/**
 * The paired phone's line to the server: every call goes through `ask`, which keeps `link` true to what happened, and
 * a poll keeps the counts fresh. `onEnded` is called, with the server's words for why, when the phone is no longer paired.
 */
export function useServer(token: string, onEnded: (why: string) => void) {
  const api = doorApi(token)
  const link = ref<Link>('connecting')
  const state = shallowRef<DoorState | null>(null)
  const counts = shallowRef<Counts | null>(null)
  /** The server's words when it answers, and refuses to say how the event stands: it was deleted. */
  const refusal = ref('')
  let asking = false

  async function ask<T>(request: (api: DoorApi) => Promise<T>): Promise<T> {
    try {
      const answer = await request(api)
      link.value = 'live'
      return answer
    } catch (error) {
      const answered = error instanceof Refused && error.status < 500
      link.value = answered ? 'live' : 'down'
      if (answered && error.status === 401) onEnded(error.message)
      throw error
    }
  }

  async function refresh() {
    if (asking || document.visibilityState !== 'visible') return
    asking = true
    try {
      state.value = await ask((api) => api.state())
      counts.value = state.value.counts
      refusal.value = ''
    } catch (error) {
      // That nobody answers `link` says already. The next poll tries again.
      if (error instanceof Refused && !error.passing) refusal.value = error.message
    } finally {
      asking = false
    }
  }

  const poll = setInterval(refresh, pollEvery)
  window.addEventListener('online', refresh)
  document.addEventListener('visibilitychange', refresh)
  onScopeDispose(() => {
    clearInterval(poll)
    window.removeEventListener('online', refresh)
    document.removeEventListener('visibilitychange', refresh)
  })
  void refresh()

  return { link, state, counts, refusal, ask, refresh }
}
