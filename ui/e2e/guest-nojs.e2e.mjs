import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch, open, phone } from './browser.mjs'
import { newEvent, scratch, serve, setUp } from './program.mjs'

test('a guest answers, and changes the answer, without JavaScript', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  const guest = await api('POST', `/events/${event.id}/guests`, { name: 'Zoë Müller', party_size: 3 })
  const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
  const answer = async () => (await api('GET', `/events/${event.id}/guests/${guest.id}`)).rsvp

  const browser = await launch(t)
  const page = await open(t, browser, url, { ...phone, javaScriptEnabled: false })
  assert.equal((await answer()).status, 'none', 'looking at the page is no answer')

  await page.locator('[name=plus_ones]').fill('1')
  await page.locator('[name=message]').fill('Bringing cake – süß!')
  await page.getByRole('button', { name: 'Yes, I’m coming' }).tap()
  await page.getByRole('heading', { name: 'You’re in, Zoë!' }).waitFor()
  await page.getByText('You and 1 more.').waitFor()
  await page.locator('[data-qr] svg').waitFor()
  const yes = await answer()
  assert.deepEqual([yes.status, yes.plus_ones, yes.message], ['attending', 1, 'Bringing cake – süß!'])

  await page.getByText('Change my answer').tap()
  await page.getByRole('button', { name: 'Can’t make it' }).tap()
  await page.getByRole('heading', { name: 'You can’t make it, Zoë' }).waitFor()
  const no = await answer()
  assert.deepEqual([no.status, no.plus_ones], ['declined', 0])
})

// Only loopback and https count as secure: on any other plain http name a browser sends no Sec-Fetch-Site, and whether
// its form is taken hangs on the Origin that the Referrer-Policy leaves it.
test('a guest answers under a name of the local network, without https', async (t) => {
  const program = await serve(t, scratch(), '--base-url', 'http://rooftop.example')
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  const guest = await api('POST', `/events/${event.id}/guests`, { name: 'Zoë Müller', party_size: 1 })
  const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
  assert.ok(url.startsWith('http://rooftop.example/i/'), url)

  const browser = await launch(t, { names: `MAP rooftop.example:80 ${new URL(program.origin).host}` })
  for (const javaScriptEnabled of [false, true]) {
    const page = await open(t, browser, url, { ...phone, javaScriptEnabled })
    if (javaScriptEnabled) await page.getByText('Change my answer').tap()
    await page.getByRole('button', { name: javaScriptEnabled ? 'Can’t make it' : 'Yes, I’m coming' }).tap()
    await page.getByRole('heading', { name: javaScriptEnabled ? 'You can’t make it, Zoë' : 'You’re in, Zoë!' }).waitFor()
  }
})
