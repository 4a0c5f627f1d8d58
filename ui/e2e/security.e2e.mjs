import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, hook, launch, open, textIs } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'
import { iPhone, laptop, script, trustLoopback, visitor } from './visitor.mjs'

const ana = 'Ana Costa'
const ben = 'Ben Idris'

test('a host sees why a link alarmed, and has the last word', async (t) => {
  trustLoopback()
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await forwardedLink(api)
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/login`, { init: axe })
  await signIn(page)
  const security = `${program.origin}/app/e/${event.id}/security`
  await page.goto(security)
  const logs = async () => (await api('GET', `/events/${event.id}/access-logs?limit=100`)).items

  await t.test('the points of the reasons add up to the score', async () => {
    const row = loudest(page)
    await hook(row, 'why').click()
    const { score } = (await logs()).find((log) => log.guest.name === ana && log.band !== 'low')
    const points = await hook(row, 'reason').locator('b').allTextContents()
    assert.ok(points.length > 0)
    assert.equal(points.map((text) => Number(text.replace('−', '-'))).reduce((sum, n) => sum + n), score)
    assert.match(await hook(row, 'explain').textContent(), /device not seen before/)
    await hook(row, 'if-known').filter({ hasText: /It would be \d+, \w+, if you say that this device is Ana’s\./ }).waitFor()
  })

  await t.test('axe finds nothing, in both themes', () => findsNothing(page, 'light', 'dark'))

  await t.test('a verdict counts, and the other one takes its place', async () => {
    const row = loudest(page)
    await hook(row, 'verdict-legitimate').click()
    await hook(row, 'verdict-given').filter({ hasText: host.name }).waitFor()
    assert.deepEqual(await verdicts(logs), ['legitimate'])
    await row.getByRole('button', { name: 'Add a note' }).click()
    await hook(row, 'verdict-note').fill('Her new laptop')
    await row.getByRole('button', { name: 'Save note' }).click()
    await hook(page, 'verdict-row').filter({ hasText: 'Her new laptop' }).waitFor()
    await hook(row, 'verdict-suspicious').click()
    await row.locator('[data-verdict="suspicious"]').waitFor()
    assert.deepEqual(await verdicts(logs), ['suspicious'])
    await page.locator('[data-test="verdict-row"][data-verdict="suspicious"]').waitFor()
    assert.equal(await hook(page, 'verdict-row').count(), 1)
  })

  await t.test('the sentence follows the sliders without a request', async () => {
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const before = await hook(page, 'outcome').textContent()
    await hook(page, 'threshold-block').focus()
    for (let n = 0; n < 9; n++) await page.keyboard.press('PageDown')
    await hook(page, 'outcome-saved').filter({ hasText: 'With the saved ones: ' }).waitFor()
    const after = await hook(page, 'outcome').textContent()
    assert.notEqual(after, before)
    const { scores } = await api('GET', `/events/${event.id}/security/preview`)
    const block = Number(await hook(page, 'threshold-block').inputValue())
    const blocked = scores.slice(block).reduce((sum, n) => sum + n)
    assert.ok(blocked > 0)
    assert.match(after, new RegExp(`^With these bands ${blocked} of the last \\d+ accesses would have been blocked, \\d+ flagged\\.$`))
    assert.deepEqual(asked.filter((path) => path.includes('/security/')), [])
  })

  await t.test('thumbs that are one apart are two', async () => {
    assert.deepEqual(await thresholds(page), [1, 2, 3])
    const boxes = await page.locator('.range-triple .thumb').evaluateAll((thumbs) => thumbs.map((thumb) => thumb.getBoundingClientRect()))
    assert.ok(boxes[0].bottom <= boxes[1].top && boxes[1].bottom <= boxes[2].top, 'one thumb lies on another')
    await hook(page, 'threshold-reset').click()
    assert.deepEqual(await thresholds(page), [30, 60, 85])
  })

  await t.test('letting everybody through asks first', async () => {
    await hook(page, 'allowlist-cidr').fill('0.0.0.0/0')
    await hook(page, 'allowlist-add').click()
    await page.getByRole('dialog', { name: 'Switch judging off for everybody?' }).waitFor()
    await hook(page, 'allowlist-wide-cancel').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual((await api('GET', `/events/${event.id}/security/allowlist`)).items, [])
    await hook(page, 'allowlist-cidr').fill('10.0.0.0/8')
    await hook(page, 'allowlist-add').click()
    await hook(page, 'allowlist-row').filter({ hasText: '10.0.0.0/8' }).waitFor()
  })

  await t.test('learning says what it lacks', async () => {
    await hook(page, 'learning-suspicious').filter({ hasText: '1 of 10' }).waitFor()
    await hook(page, 'learn-now').click()
    await hook(page, 'lesson').filter({ hasText: 'too few verdicts' }).waitFor()
  })

  await t.test('the live list and the guest’s timeline open to the same reasons', async () => {
    await hook(page, 'tab-live').click()
    const scripted = hook(page, 'live-row').filter({ hasText: ben }).filter({ has: hook(page, 'why') })
    await hook(scripted, 'why').click()
    await hook(scripted, 'reason').filter({ hasText: 'Used by a script' }).waitFor()
    const row = hook(page, 'live-row').filter({ hasText: ana }).filter({ hasText: /Suspicious|Blocked/ })
    await hook(row, 'why').click()
    await row.locator('[data-verdict="suspicious"]').waitFor()
    await row.getByRole('link', { name: ana }).click()
    const sheet = page.getByRole('dialog')
    await hook(sheet, 'why').filter({ hasText: /Suspicious|Blocked/ }).click()
    await hook(sheet, 'reason').first().waitFor()
  })

  await t.test('a narrow phone scrolls one way only', async () => {
    await page.goto(security)
    await page.setViewportSize({ width: 320, height: 640 })
    await hook(page, 'model-current').waitFor()
    for (const why of await hook(page, 'why').all()) await why.click()
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the screen')
  })

  await t.test('a viewer looks and changes nothing', async () => {
    await page.route(`**/api/v1/events/${event.id}`, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...await answer.json(), your_role: 'viewer' } })
    })
    await page.goto(security)
    await hook(page, 'outcome').waitFor()
    await hook(page, 'inbox-row').first().waitFor()
    assert.equal(await hook(page, 'threshold-block').isDisabled(), true)
    for (const name of ['verdict-legitimate', 'verdict-suspicious', 'threshold-save', 'allowlist-add']) { // to learn is the administrator's, who this is
      assert.equal(await hook(page, name).count(), 0, name)
    }
    await hook(page, 'why').first().click()
    await hook(page, 'explain').waitFor()
    await findsNothing(page, 'light', 'dark')
  })

  await t.test('each part says by itself that it could not be loaded', async () => {
    await page.route('**/security/inbox', (route) => route.abort())
    await page.route('**/security/preview', (route) => route.fulfill({ status: 500, json: { code: 'internal', detail: 'The box is out of breath.' } }))
    await page.goto(security)
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
    await page.getByText('The box is out of breath.').waitFor()
    await textIs(page.getByRole('heading', { level: 2, name: 'Learning' }), 'Learning')
    await hook(page, 'threshold-block').waitFor()
  })

  await t.test('the About page names whose data this is', async () => {
    await page.goto(`${program.origin}/app`)
    await page.getByRole('button', { name: /Account of/ }).click()
    await page.getByRole('menuitem', { name: 'About Doorward' }).click()
    assert.equal(await page.getByRole('link', { name: 'IP Geolocation by DB-IP' }).getAttribute('href'), 'https://db-ip.com')
    await page.getByText('The notice in full').click()
    await page.getByText('Copyright (c) 2024 X4B').waitFor()
    await findsNothing(page, 'light', 'dark')
  })
})

/** An event with a link that went from its guest's phone to a stranger far away, and one that a script opens. */
async function forwardedLink(api) {
  const event = await api('POST', '/events', newEvent())
  const link = async (name) => {
    const guest = await api('POST', `/events/${event.id}/guests`, { name, party_size: 1 })
    return (await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})).url
  }
  const [hers, his] = [await link(ana), await link(ben)]
  const phone = visitor(iPhone, '85.240.10.7')
  for (let n = 0; n < 3; n++) await phone.open(hers)
  await visitor(laptop, '145.97.10.3').open(hers)
  await visitor(script, '198.51.100.4').open(his)
  return event
}

async function signIn(page) {
  await hook(page, 'login-email').fill(host.email)
  await hook(page, 'login-password').fill(host.password)
  await hook(page, 'login-submit').click()
  await hook(page, 'event-row').waitFor()
}

/** What alarmed comes before what did not. */
function loudest(page) {
  return hook(page, 'inbox-row').first()
}

async function verdicts(logs) {
  return (await logs()).map((log) => log.verdict).filter(Boolean)
}

async function thresholds(page) {
  const values = await Promise.all(['medium', 'high', 'block'].map((thumb) => hook(page, `threshold-${thumb}`).inputValue()))
  return values.map(Number)
}
