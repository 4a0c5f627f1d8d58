// What pages say when the box's clock jumped. That it did is made up here: nobody's clock is set for a test.
import { test } from 'node:test'
import { fits, hook, launch, open, phone, shot, signInOn } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'

const within = 15_000 // from the jump to the words

test('open pages say that the clock of the box jumped, and stop saying so', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  const { pairing_code: code } = await api('POST', `/events/${event.id}/devices`, { name: 'Rui’s phone', entrance: 'Main door' })
  const browser = await launch(t)
  const desk = await open(t, browser, `${program.origin}/login`, phone)
  const door = await open(t, browser, `${program.origin}/door#pair=${code}`, phone)
  let clock = 'synced'
  const answer = async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), clock } })
  }
  await desk.route('**/healthz', answer)
  await door.route('**/door/event', answer)
  await signInOn(desk, host)
  await hook(desk, 'event-row').waitFor()
  await hook(door, 'pair-submit').click()
  await hook(door, 'start-scanning').waitFor()

  clock = 'jumped'
  await t.test('the console', async () => {
    await hook(desk, 'clock-jumped').waitFor({ timeout: within + 1_000 })
    await fits(desk)
    await shot(desk, 'clock-console')
  })
  await t.test('the door, before and while it scans', async () => {
    await hook(door, 'clock-jumped').waitFor({ timeout: within })
    await shot(door, 'clock-door-start')
    await hook(door, 'start-scanning').click()
    await hook(door, 'find-name').waitFor()
    await hook(door, 'clock-jumped').waitFor()
    await fits(door)
    await shot(door, 'clock-door-scan')
  })
  clock = 'synced'
  await t.test('and both stop', async () => {
    await hook(desk, 'clock-jumped').waitFor({ state: 'detached', timeout: within + 1_000 })
    await hook(door, 'clock-jumped').waitFor({ state: 'detached', timeout: within })
  })
})
