import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, textIs } from './browser.mjs'
import { newEvent, scratch, serve, setUp } from './program.mjs'

const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(4)

test('a door phone without a camera, with a hand scanner', async (t) => {
  const { program, device, links } = await door(t)
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/door#pair=${device.pairing_code}`, phone)
  await hook(page, 'pair-submit').click()
  await fits(page)
  await hook(page, 'start-scanning').click()
  await hook(page, 'last-scan').waitFor()
  const verdict = (kind) => page.locator(`[data-test="verdict"][data-verdict="${kind}"]`)

  await t.test('a part of a code is no verdict', async () => {
    await scan(page, [links.ana.slice(0, 30)])
    await hook(page, 'door-hint').filter({ hasText: 'Scan it again' }).waitFor()
    assert.equal(await hook(page, 'verdict').count(), 0)
    await textIs(hook(page, 'last-scan').locator('p'), 'No scan yet.')
  })

  await t.test('a code that stalls in the middle is one code', async () => {
    await scan(page, [links.ana.slice(0, 30), links.ana.slice(30)])
    await verdict('come-in').waitFor()
    assert.ok((await hook(page, 'verdict-name').textContent()).includes('Ana Costa'))
    assert.equal(await hook(page, 'door-hint').count(), 0)
  })

  await t.test('what a verdict covers cannot be reached', async () => {
    const covered = await hook(page, 'find-name').evaluate((button) => button.closest('[inert]') !== null)
    assert.equal(covered, true)
  })

  await t.test('the last scan does not lie over the photo button', async () => {
    await verdict('come-in').waitFor({ state: 'detached' })
    await hook(page, 'verdict-undo').waitFor()
    const photo = await page.locator('.photo').boundingBox()
    const last = await hook(page, 'last-scan').boundingBox()
    assert.ok(photo.y + photo.height <= last.y, `photo ends at ${photo.y + photo.height}, last scan begins at ${last.y}`)
  })

  await t.test('a long name leaves its buttons on the screen', async () => {
    await scan(page, [links.long])
    await verdict('come-in').waitFor()
    await onScreen(page, hook(verdict('come-in'), 'verdict-undo'))
    await verdict('come-in').waitFor({ state: 'detached' })
    await onScreen(page, hook(page, 'verdict-undo'))
    await fits(page)
  })

  await t.test('name search says what it waits for and who never answered', async () => {
    await hook(page, 'find-name').click()
    await hook(page, 'search-input').fill('b')
    await page.getByText('2 more letters to search.').waitFor()
    await hook(page, 'search-input').fill('ben')
    await hook(page, 'search-result').click()
    await hook(page, 'answer-note').filter({ hasText: 'Has not answered' }).waitFor()
  })
})

test('whom nobody keeps a place for is asked about, though counted as in', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', { ...newEvent(), capacity: 1, waitlist: true })
  const links = {}
  for (const [name, status] of [['Ana Costa', 'attending'], ['Ben Idris', 'attending'], ['Cleo Duarte', 'declined']]) {
    const guest = await api('POST', `/events/${event.id}/guests`, { name, party_size: 1 })
    const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
    const answer = await fetch(`${url}/rsvp`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status }) })
    assert.ok(answer.ok, await answer.text())
    links[name] = url.toUpperCase()
  }
  const device = await api('POST', `/events/${event.id}/devices`, { name: 'Phone', entrance: 'Main door', scopes: ['scan', 'search', 'undo'] })
  const inside = async () => (await api('GET', `/events/${event.id}`)).counts.heads_inside
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/door#pair=${device.pairing_code}`, { ...phone, init: axe })
  await hook(page, 'pair-submit').click()
  await hook(page, 'start-scanning').click()
  await hook(page, 'last-scan').waitFor()
  const verdict = page.locator('[data-test="verdict"][data-verdict="already"]')
  for (const [name, title] of [['Ben Idris', 'On the waiting list'], ['Cleo Duarte', 'Said no']]) {
    await scan(page, [links[name]])
    await verdict.getByRole('heading', { name: title }).waitFor()
    await onScreen(page, hook(verdict, 'verdict-undo'))
    assert.equal(await inside(), 1)
    await findsNothing(page, 'light', 'dark')
    await shot(page, `door-${title.toLowerCase().replaceAll(' ', '-')}-390`, { viewport: true })
    await page.waitForTimeout(2000) // longer than a green one stays
    await hook(verdict, 'verdict-undo').tap()
    await verdict.waitFor({ state: 'detached' })
    assert.equal(await inside(), 0)
  }
  await hook(page, 'find-name').tap()
  await hook(page, 'search-input').waitFor()
  const cut = await hook(page, 'search-input').evaluate((input) => {
    const measure = document.createElement('canvas').getContext('2d')
    const { font, paddingLeft, paddingRight } = getComputedStyle(input)
    measure.font = font
    return measure.measureText(input.placeholder).width > input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
  })
  assert.equal(cut, false, 'the placeholder is read to its end')
})

/** An event with three guests of two, and a device that waits to be paired. */
async function door(t) {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', { ...newEvent(), name: `Rooftop ${'Friday'.repeat(12)}` })
  const links = {}
  for (const [key, name] of Object.entries({ ana: 'Ana Costa', ben: 'Ben Idris', long: longName })) {
    const guest = await api('POST', `/events/${event.id}/guests`, { name, party_size: 2 })
    const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
    links[key] = url.toUpperCase()
  }
  const device = await api('POST', `/events/${event.id}/devices`, { name: 'Phone', entrance: 'Main door', scopes: ['scan', 'search', 'undo'] })
  return { program, device, links }
}

/** Types like a scanner: each part in one burst, 150 ms apart, without Enter. */
function scan(page, parts) {
  return page.evaluate(async (all) => {
    for (const [i, part] of all.entries()) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, 150))
      for (const key of part) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    }
  }, parts)
}

async function onScreen(page, locator) {
  const box = await locator.boundingBox()
  const { width, height } = page.viewportSize()
  assert.ok(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box))
}
