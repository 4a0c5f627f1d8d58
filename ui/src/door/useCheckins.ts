import { onScopeDispose, ref, shallowReactive, shallowRef, watch } from 'vue'
import { Refused } from './api'
import { signal } from './feedback/sound'
import { nonce as newNonce } from '@/shared/nonce'
import { RetryQueue, retryDelay } from './queue'
import { correctedItem, insideBefore, newScan, type Scan, verdictFor } from './scan'
import { dropPending, keepPending, loadPending } from './store'
import type { Server } from './useServer'
import { useShown } from './useShown'
import type { CheckinItem, Outcome } from './wire'

const batchSize = 20
const remembered = 5
/** A token has at most 64 characters and a link with one under 300: what is longer is no link of ours anyway. */
const longestText = 512
/** How often an undo is asked before the door person is told: 3 s in all, about as long as somebody looks at it. */
const undoTries = 3
/** The stepper's last tap counts, not each one. */
const steppingPause = 600

type Subject = Pick<CheckinItem, 'token' | 'guest_id' | 'heads' | 'override'>

export type Checkins = ReturnType<typeof useCheckins>

/**
 * Turns scans into verdicts. A scan is kept until the server has answered it; nothing is green before that.
 *
 * A party is admitted whole, because most come whole and that needs no tap. Who comes with fewer is corrected right
 * after with the stepper: the check-in is undone and made again with the heads chosen, so that the ledger says what
 * happened instead of showing people leaving who never came.
 */
export function useCheckins(server: Server) {
  const queue = new RetryQueue<CheckinItem>()
  /** Newest first. */
  const scans = shallowRef<Scan[]>([])
  const { shown, show, expect, hold, dismiss } = useShown()
  /** Several kept scans were answered at once: they are best read as a list. */
  const review = ref(false)
  const steps = new Map<Scan, number>()
  let retryTimer = 0

  function onText(text: string) {
    submit({ token: text.slice(0, longestText) }, '')
  }

  function checkInGuest(id: string, name: string, heads?: number) {
    submit({ guest_id: id, heads }, name)
  }

  /** Lets the guest of a refused scan in all the same, by the door person's own decision. */
  function letIn(scan: Scan) {
    const { token, guest_id, heads } = scan.item
    submit({ token, guest_id, heads, override: true }, scan.outcome?.guest?.name ?? scan.name)
  }

  function submit(subject: Subject, name: string) {
    const item = { ...subject, nonce: newNonce(), direction: 'in', at: new Date().toISOString() } as const
    const scan = shallowReactive(newScan(item, name))
    scans.value = [scan, ...trimmed(scans.value)]
    expect(scan)
    send(scan)
  }

  function send(scan: Scan) {
    void keepPending({ item: scan.item, name: scan.name })
    queue.add(scan.item, Date.now())
    void pump()
  }

  async function pump() {
    const items = queue.take(Date.now(), batchSize)
    if (items.length === 0) return
    const nonces = items.map((item) => item.nonce)
    // A guest who waits for the network comes in when it is back, not when the code was read: with the old time the
    // server would take them for inside already, and let a second holder of the same code in as a conflict.
    const at = new Date().toISOString()
    try {
      const answer = await server.ask((api) => api.checkIn(items.map((item) => ({ ...item, at }))))
      server.counts.value = answer.counts
      settle(answer.items)
      postpone(nonces.filter((nonce) => queue.has(nonce)))
    } catch (error) {
      if (error instanceof Refused && !error.passing) refuse(nonces, error.message)
      else postpone(nonces)
    }
    clearTimeout(retryTimer)
    const due = queue.nextDue()
    if (due !== null) retryTimer = window.setTimeout(pump, Math.max(0, due - Date.now()))
  }

  function settle(outcomes: Outcome[]) {
    const late = outcomes.filter((outcome) => byNonce(outcome.nonce)?.state === 'waiting')
    const many = late.length > 1
    for (const outcome of outcomes) {
      const scan = byNonce(outcome.nonce)
      if (scan) answer(scan, { outcome, problem: '' }, many)
    }
    release(outcomes.map((outcome) => outcome.nonce))
    if (!many) return
    dismiss()
    review.value = true
  }

  function refuse(nonces: string[], words: string) {
    for (const nonce of nonces) {
      const scan = byNonce(nonce)
      if (scan) answer(scan, { outcome: null, problem: words }, false)
    }
    release(nonces)
  }

  function answer(scan: Scan, result: Pick<Scan, 'outcome' | 'problem'>, quietly: boolean) {
    const corrected = scan.state === 'correcting' && result.outcome?.outcome === 'admitted'
    const inView = scan === shown.value || shown.value === null
    Object.assign(scan, result, { state: 'answered', answeredAt: Date.now(), wanted: null, hint: '' })
    if (quietly || !(inView || scan === scans.value[0])) return
    // A corrected party is in, as the door person already knows: no second sound, no screen brought back.
    if (!corrected) signal(verdictFor(scan).kind)
    if (!corrected || scan === shown.value) show(scan)
  }

  function release(nonces: string[]) {
    queue.settled(nonces)
    void dropPending(nonces)
  }

  function postpone(nonces: string[]) {
    queue.failed(nonces, Date.now())
    for (const nonce of nonces) {
      const scan = byNonce(nonce)
      if (!scan || scan.state === 'waiting') continue
      scan.state = 'waiting'
      if (scan !== scans.value[0]) continue
      show(scan)
      signal('waiting')
    }
  }

  async function undo(scan: Scan) {
    clearTimeout(steps.get(scan))
    scan.wanted = null
    if (!(await takeBack(scan))) return
    scan.state = 'undone'
    if (shown.value === scan) dismiss()
  }

  /**
   * Says on the scan what went wrong; true when the check-in no longer counts. An answer that was lost may have been
   * a yes, and the same undo again is answered the same, so it is asked a few times.
   */
  async function takeBack(scan: Scan): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        const taken = await server.ask((api) => api.undo(scan.item.nonce))
        server.counts.value = taken.counts
        return true
      } catch (error) {
        const final = error instanceof Refused && !error.passing
        if (final || tries === undoTries) {
          scan.hint = error instanceof Refused ? error.message : 'No connection. Undo again when it is back.'
          return false
        }
      }
      await new Promise((resolve) => setTimeout(resolve, retryDelay(tries)))
    }
  }

  /** Changes how many of the party are inside; several calls in a row count as the last one. */
  function correct(scan: Scan, inside: number) {
    if (scan.state !== 'answered' || !scan.outcome) return
    clearTimeout(steps.get(scan))
    hold(scan)
    scan.wanted = inside
    scan.answeredAt = Date.now()
    steps.set(scan, window.setTimeout(recount, steppingPause, scan, scan.outcome))
  }

  async function recount(scan: Scan, before: Outcome) {
    steps.delete(scan)
    const heads = (scan.wanted ?? 0) - insideBefore(before)
    if (heads !== before.heads) {
      scan.state = 'correcting'
      if (await takeBack(scan)) {
        scan.item = correctedItem(scan.item, before, heads, newNonce())
        return send(scan)
      }
    }
    Object.assign(scan, { state: 'answered', wanted: null })
    if (shown.value === scan) show(scan)
  }

  function byNonce(nonce: string): Scan | undefined {
    return scans.value.find((scan) => scan.item.nonce === nonce)
  }

  /** Room for one more: a scan that is still open is never dropped. */
  function trimmed(list: Scan[]): Scan[] {
    return list.filter((scan, i) => i < remembered - 1 || !['answered', 'undone'].includes(scan.state))
  }

  async function resume() {
    const kept = await loadPending()
    for (const { item } of kept) queue.add(item, Date.now())
    const waiting = kept.map(({ item, name }) => shallowReactive<Scan>({ ...newScan(item, name), state: 'waiting' }))
    scans.value = [...scans.value, ...waiting.reverse()]
    void pump()
  }

  watch(server.link, (link) => {
    if (link !== 'live') return
    queue.wake(Date.now())
    void pump()
  })
  onScopeDispose(() => [retryTimer, ...steps.values()].forEach((timer) => clearTimeout(timer)))
  void resume()

  return { scans, shown, review, onText, checkInGuest, letIn, undo, correct, dismiss }
}
