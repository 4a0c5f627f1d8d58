import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { hook, launch, open, phone, textIs } from './browser.mjs'
import { writeVideo } from './mkvideo.mjs'
import { host, scratch, serve, signIn } from './program.mjs'

const zoe = 'Zoë Müller'
const list = `name,email,phone,party_size,tags,note
${zoe},zoe@example.org,+4915112345678,3,family,Allergic to nuts
Ana Costa,ana@example.org,,1,,
"Silva, Rui",,,2,press;friends,
`

test('from set-up to a guest who is inside', async (t) => {
  const folder = scratch()
  const { origin, code } = await serve(t, path.join(folder, 'data'))
  const browser = await launch(t)
  const desk = await open(t, browser, `${origin}/setup#code=${code}`)

  await t.test('the host makes the first account', () => makeAccount(desk, code))
  await t.test('an event', () => makeEvent(desk))
  await t.test('a pasted guest list', () => importGuests(desk))
  let link
  await t.test('the links', async () => (link = await issueLinks(desk)))

  await t.test('a guest answers on a phone and the host sees it happen', async () => {
    await hook(desk, 'tab-live').click()
    await hook(desk, 'live-state').filter({ hasText: 'Live' }).waitFor()
    await desk.evaluate(() => (globalThis.sameDocument = true))
    await answerYes(await open(t, browser, link, phone))
    await hook(desk, 'live-row').filter({ hasText: zoe }).filter({ hasText: 'Is coming and brings 2' }).waitFor()
    await textIs(hook(desk, 'count-expected'), '3')
    assert.equal(await desk.evaluate(() => globalThis.sameDocument), true, 'the page was loaded anew')
  })

  await t.test('a door phone scans the code', async () => {
    const pairingUrl = await addDevice(desk)
    const video = path.join(folder, 'door.y4m')
    writeVideo(video, link.toUpperCase(), { blank: 2, shown: 3 })
    const doorBrowser = await launch(t, { video })
    const door = await open(t, doorBrowser, pairingUrl, phone)
    await pairAndStart(door)
    await firstScan(door)
    await secondScan(door)
    await countsAgree(origin, desk, door)
  })
})

async function makeAccount(page, code) {
  await page.waitForFunction((text) => document.querySelector('[data-test="setup-code"]')?.value === text, code)
  assert.equal(new URL(page.url()).hash, '', 'the code stayed in the address')
  await hook(page, 'setup-name').fill(host.name)
  await hook(page, 'setup-email').fill(host.email)
  await hook(page, 'setup-password').fill(host.password)
  await hook(page, 'setup-submit').click()
  await hook(page, 'recovery-kept').click()
  await hook(page, 'setup-go-on').click()
  await page.waitForURL('**/app')
}

async function makeEvent(page) {
  await hook(page, 'new-event').click()
  await hook(page, 'event-name').fill('Rooftop Friday')
  await hook(page, 'event-venue').fill('The Attic')
  await hook(page, 'event-starts').fill(tomorrowEvening())
  await hook(page, 'event-save').click()
  await hook(page, 'import-open').waitFor()
}

function tomorrowEvening() {
  return `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T21:00`
}

async function importGuests(page) {
  await hook(page, 'import-open').click()
  await hook(page, 'import-text').fill(list)
  await hook(page, 'import-preview').click()
  await hook(page, 'import-row').nth(2).waitFor()
  assert.equal(await hook(page, 'import-row').count(), 3)
  await hook(page, 'import-commit').click()
  await hook(page, 'guest-row').nth(2).waitFor()
  const names = await hook(page, 'guest-row').locator('a').allTextContents()
  assert.deepEqual(names.map((name) => name.trim()), ['Ana Costa', 'Silva, Rui', zoe])
  await columnsLineUp(page)
}

/** On a wide screen every cell stands under its heading. */
async function columnsLineUp(page) {
  const lefts = (cells) => cells.evaluateAll((found) => found.map((cell) => Math.round(cell.getBoundingClientRect().left)))
  const heads = await lefts(page.getByRole('columnheader'))
  assert.deepEqual(await lefts(hook(page, 'guest-row').first().getByRole('gridcell')), heads)
}

/** Issues every link and answers the one that Zoë's sheet shows. */
async function issueLinks(page) {
  await hook(page, 'issue-links').click()
  await hook(page, 'bulk-issue').click()
  await hook(page, 'issued-links').waitFor()
  const issued = await hook(page, 'issued-links').inputValue()
  await page.keyboard.press('Escape')
  await hook(page, 'guest-row').filter({ hasText: zoe }).locator('a').click()
  await hook(page, 'guest-issue').click()
  await hook(page, 'guest-link').waitFor()
  const link = await hook(page, 'guest-link').inputValue()
  assert.ok(issued.includes(link), `${link} is not among the issued links:\n${issued}`)
  await page.keyboard.press('Escape')
  await hook(page, 'guest-link').waitFor({ state: 'detached' })
  return link
}

async function answerYes(page) {
  const more = page.getByRole('button', { name: 'One more' })
  await more.tap()
  await more.tap()
  await page.getByRole('button', { name: 'Yes, I’m coming' }).tap()
  await page.getByRole('heading', { name: 'You’re in, Zoë!' }).waitFor()
  await page.getByText('You and 2 more.').waitFor()
  await page.locator('[data-qr] svg').waitFor()
}

async function addDevice(page) {
  await hook(page, 'tab-door').click()
  await hook(page, 'device-add').click()
  await hook(page, 'device-name').fill('Rui’s phone')
  await hook(page, 'device-save').click()
  await hook(page, 'pairing-url').waitFor()
  return hook(page, 'pairing-url').inputValue()
}

async function pairAndStart(page) {
  await hook(page, 'pair-submit').click()
  await hook(page, 'start-scanning').waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the pairing code stayed in the address')
  await hook(page, 'start-scanning').click()
}

async function firstScan(page) {
  const verdict = hook(page, 'verdict')
  await page.locator('[data-test="verdict"][data-verdict="come-in"]').waitFor()
  const name = await hook(verdict, 'verdict-name').textContent()
  assert.ok(name.includes(zoe), name)
  await textIs(hook(page, 'door-count-inside'), '3')
  // Nobody touched it: green leaves by itself, and the code that is still held up is not scanned again.
  await verdict.waitFor({ state: 'detached' })
}

/** The video took the code away and shows it again. */
async function secondScan(page) {
  await page.locator('[data-test="verdict"][data-verdict="already"]').waitFor()
  assert.ok((await hook(page, 'verdict-name').textContent()).includes(zoe))
}

async function countsAgree(origin, page, door) {
  const api = await signIn(origin)
  const [event] = (await api('GET', '/events')).items
  assert.equal(event.counts.heads_inside, 3)
  assert.equal(event.counts.heads_expected, 3)
  await textIs(hook(door, 'door-count-inside'), '3')
  await textIs(hook(door, 'door-count-expected'), '3')
  await textIs(hook(page, 'count-inside'), '3')
  const ledger = (await api('GET', `/events/${event.id}/checkins`)).items
  assert.equal(ledger.filter((row) => row.outcome === 'admitted').length, 1)
  assert.ok(ledger.some((row) => row.reason === 'already_inside'))
}
