import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { call, newEvent, scratch, serve, setUp, signIn } from './program.mjs'

test('a check-in that was answered survives kill -9, and its nonce answers the same', async (t) => {
  const data = scratch()
  const first = await serve(t, data)
  const api = await setUp(first)
  const event = await api('POST', '/events', newEvent())
  const guest = await api('POST', `/events/${event.id}/guests`, { name: 'Zoë Müller', party_size: 3 })
  const link = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
  const device = await api('POST', `/events/${event.id}/devices`, { name: 'Phone', entrance: 'Main door', scopes: ['scan'] })
  const { device_token } = await call(first.origin, 'POST', '/door/pair', { body: { code: device.pairing_code } })

  const nonce = randomUUID()
  const item = { nonce, token: link.url.toUpperCase(), direction: 'in', at: new Date().toISOString() }
  const scan = (origin) => call(origin, 'POST', '/door/checkins', { token: device_token, body: { items: [item] } })

  const before = await scan(first.origin)
  await first.kill('SIGKILL')
  assert.equal(before.items[0].outcome, 'admitted')
  assert.equal(before.items[0].heads, 3)

  const second = await serve(t, data)
  const again = await signIn(second.origin)
  const ledger = async () => (await again('GET', `/events/${event.id}/checkins`)).items
  const kept = await ledger()
  assert.equal(kept.length, 1)
  assert.equal(kept[0].guest.id, guest.id)
  assert.equal(kept[0].heads, 3)
  assert.equal(kept[0].outcome, 'admitted')

  const after = await scan(second.origin)
  assert.deepEqual(after, before)
  assert.equal((await ledger()).length, 1)
})
