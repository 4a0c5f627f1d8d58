import { nextTick } from 'vue'
import { beforeEach, expect, test } from 'vitest'
import type { Guest } from '@/shared/api/types'
import { chooseGuests, standings, useRun } from './run'

function guest(id: string, more: { phone?: string; sent?: string; state?: 'none' | 'issued' | 'revoked' } = {}): Guest {
  const { phone = '+351912000001', sent = null, state = 'issued' } = more
  return { id, name: id, phone, invitation: { state, sent_at: sent, opened_at: null } } as Guest
}

const list = [guest('ana'), guest('ben', { phone: '' }), guest('cleo', { sent: '2026-06-01' }), guest('dee', { state: 'revoked' }), guest('eve', { phone: '', sent: '2026-06-01' })]
const stand = (run: ReturnType<typeof useRun>, guests = list) => Object.fromEntries(standings(guests, run).map(({ guest: { id }, standing }) => [id, standing]))

beforeEach(() => localStorage.clear())

test('everybody: whom the server knows as sent is done, wherever it was sent from', () => {
  const run = useRun('evt')
  expect(stand(run)).toEqual({ ana: 'waiting', ben: 'no_phone', cleo: 'sent', dee: 'revoked', eve: 'sent' })
  run.trail.push({ id: 'ana', what: 'skipped' })
  expect(stand(run).ana).toBe('skipped')
})

test('chosen guests get it again', () => {
  chooseGuests('evt', ['ana', 'cleo'])
  const run = useRun('evt')
  run.before = { ana: null, cleo: '2026-06-01' }
  expect(stand(run)).toEqual({ ana: 'waiting', cleo: 'waiting' })
  expect(stand(run, [guest('cleo', { sent: '2026-06-02' })])).toEqual({ cleo: 'sent' })
  // Taken back, or with a new link.
  expect(stand(run, [guest('cleo')])).toEqual({ cleo: 'waiting' })
})

test('a reload goes on, and a new choice begins anew with the same message', async () => {
  const run = useRun('evt')
  run.template = 'Come! {link}'
  run.trail.push({ id: 'ana', what: 'skipped' })
  await nextTick()
  expect(useRun('evt')).toEqual(run)
  expect(useRun('another').trail).toEqual([])
  chooseGuests('evt', ['ben'])
  expect(useRun('evt')).toMatchObject({ template: 'Come! {link}', ids: ['ben'], trail: [], before: null })
})

test('what is kept and cannot be read is as if nothing was kept', () => {
  localStorage.setItem('send:evt', '{broken')
  expect(useRun('evt').trail).toEqual([])
})
