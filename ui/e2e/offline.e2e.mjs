import { test } from 'node:test'
import { hook, launch, open, signInOn } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'

test('open pages say that the server is away, and catch up when it is back', async (t) => {
  const data = scratch()
  const first = await serve(t, data)
  const api = await setUp(first)
  const event = await api('POST', '/events', newEvent())
  await api('POST', `/events/${event.id}/guests`, { name: 'Ana Costa' })
  const browser = await launch(t)
  const events = await open(t, browser, `${first.origin}/login`)
  const guests = await open(t, browser, `${first.origin}/login`)
  await signInOn(events, host)
  await signInOn(guests, host)
  await hook(events, 'event-row').waitFor()
  await hook(guests, 'event-row').click()
  await hook(guests, 'guest-row').waitFor()

  await first.kill('SIGTERM')
  await t.test('one that asks for nothing notices by itself', () => hook(events, 'unreachable').waitFor())
  await t.test('a list that could not be read says so', async () => {
    await hook(guests, 'unreachable').waitFor()
    await hook(guests, 'guest-search').fill('ana')
    await guests.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
  })
  await t.test('a tab whose code cannot be fetched does not throw the page away', async () => {
    await hook(guests, 'tab-security').click()
    await hook(guests, 'unreachable').waitFor()
  })

  await serve(t, data, '--listen', new URL(first.origin).host)
  await t.test('everything comes back without a tap', async () => {
    await hook(guests, 'guest-row').filter({ hasText: 'Ana Costa' }).waitFor()
    await hook(guests, 'unreachable').waitFor({ state: 'detached' })
    await hook(events, 'unreachable').waitFor({ state: 'detached' })
  })
  await t.test('and the tab can be opened', async () => {
    await hook(guests, 'tab-security').click()
    await hook(guests, 'threshold-save').waitFor()
  })
})
