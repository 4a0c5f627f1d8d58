import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, signInOn } from './browser.mjs'
import { addUser, call, host, mailedLink, newEvent, scratch, serve, setUp } from './program.mjs'

const names = ['Zoë Ångström', 'Ávila Brandão', 'Avery Stone', 'Bo Li', 'Ana Costa', 'Çelik Deniz', '42nd Street Band', 'Émile Zola', 'Eve Adams', 'Юлия Петрова']
const ordered = ['42nd Street Band', 'Ana Costa', 'Avery Stone', 'Ávila Brandão', 'Bo Li', 'Çelik Deniz', 'Émile Zola', 'Eve Adams', 'Zoë Ångström', 'Юлия Петрова']
const papers = { A4: { paperWidth: 8.27, paperHeight: 11.69 }, Letter: { paperWidth: 8.5, paperHeight: 11 } }

/** What the browser would print, and on how many pages. */
async function pdf(page, paper) {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.printToPDF', papers[paper])
  const file = Buffer.from(data, 'base64')
  assert.ok(file.subarray(0, 5).equals(Buffer.from('%PDF-')))
  if (process.env.SHOTS) fs.writeFileSync(`${process.env.SHOTS}/paper-${new URL(page.url()).pathname.split('/').at(-1)}-${paper}.pdf`, file)
  return file.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length
}

/** The text of the first QR code in a picture, read as the door reads it. */
async function scan(png) {
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  prepareZXingModule({ overrides: { wasmBinary: fs.readFileSync(wasm) } })
  const [code] = await readBarcodes(new Blob([png]), { formats: ['QRCode'], tryHarder: true })
  return code?.text
}

test('the list on paper, and the codes on cards', async (t) => {
  const data = scratch()
  const program = await serve(t, data)
  const api = await setUp(program)
  const event = await api('POST', '/events', { ...newEvent(), default_plus_ones: 0 })
  for (const name of names) {
    const guest = { name, party_size: name === 'Ana Costa' ? 3 : name === 'Bo Li' ? 9 : 1 }
    if (name === 'Ana Costa') Object.assign(guest, { tags: ['family'], note: 'Allergic to nuts, sits beside her aunt and far from the band, please' })
    await api('POST', `/events/${event.id}/guests`, guest)
  }
  const guests = async () => new Map((await api('GET', `/events/${event.id}/guests`)).items.map((guest) => [guest.name, guest]))
  const ana = (await guests()).get('Ana Costa')
  const { url } = await api('POST', `/events/${event.id}/guests/${ana.id}/tokens`)
  // Shut out, and to stay so whatever is printed.
  const eve = (await guests()).get('Eve Adams')
  await api('POST', `/events/${event.id}/guests/${eve.id}/tokens`)
  await api('DELETE', `/events/${event.id}/guests/${eve.id}/tokens`)
  await api('POST', `/events/${event.id}/guests/${ana.id}/checkins`, { direction: 'in', heads: 1, nonce: 'paper-test-nonce' })
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/login`, { init: axe })
  await signInOn(page, host)
  await page.goto(`${program.origin}/app/e/${event.id}/guests`)
  const choose = async (label) => {
    await hook(page, 'list-menu').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: label }).waitFor()
    if (label === 'Print the door list') {
      await findsNothing(page, 'light', 'dark')
      await shot(page, 'paper-menu')
    }
    await page.getByRole('menuitem', { name: label }).click()
  }

  await t.test('the menu downloads the list as a file', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), choose('Download as CSV')])
    assert.equal(download.suggestedFilename(), 'Rooftop Friday guests.csv')
    const text = fs.readFileSync(await download.path(), 'utf8')
    assert.match(text, /^\uFEFF?name,email,phone,/)
    for (const name of names) assert.ok(text.includes(name), name)
  })

  await t.test('the door list goes from A to Z, with boxes for each head', async () => {
    await choose('Print the door list')
    await page.waitForURL((at) => at.pathname === `/app/e/${event.id}/print/list`)
    await page.locator('[data-test="paper"][data-drawn]').waitFor()
    const lines = await hook(page, 'door-line').evaluateAll((rows) => rows.map((row) => row.querySelector('.name b')?.textContent ?? row.textContent.trim()))
    assert.deepEqual(lines, ['#', ordered[0], 'A', ...ordered.slice(1, 4), 'B', ordered[4], 'C', ordered[5], 'E', ...ordered.slice(6, 8), 'Z', ordered[8], 'Ю', ordered[9]])
    const row = (name) => hook(page, 'door-line').filter({ hasText: name })
    assert.deepEqual(await row('Ana Costa').locator('i').allTextContents(), ['✓', '', ''])
    assert.equal(await row('Bo Li').locator('i').count(), 6)
    assert.match(await row('Bo Li').locator('.boxes').textContent(), /\+3/)
    assert.match(await row('Ana Costa').textContent(), new RegExp(`${ana.code.slice(0, 3)} ${ana.code.slice(3)}.*family · Allergic to nuts`))
    await page.getByText('Page 1 of 1').waitFor()
    await findsNothing(page, 'light', 'dark')
    await shot(page, 'paper-list-1280')
  })

  await t.test('in print there is nothing but black on white, whatever the theme', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    assert.equal(await page.getByRole('button', { name: 'Print' }).count(), 0)
    assert.equal(await page.getByRole('link', { name: 'Doorward' }).isVisible(), false)
    const colours = await page.locator('.sheet-of-paper b').first().evaluate((b) => {
      const sheet = getComputedStyle(b.closest('.sheet-of-paper'))
      return [getComputedStyle(b).color, sheet.backgroundColor, getComputedStyle(document.documentElement).backgroundColor]
    })
    assert.deepEqual(colours, ['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'])
    await shot(page, 'paper-list-print')
    await page.emulateMedia({ media: null })
    for (const paper of Object.keys(papers)) assert.equal(await pdf(page, paper), 1, paper)
  })

  await t.test('cards show codes when asked, and issue nothing by themselves', async () => {
    await page.goto(`${program.origin}/app/e/${event.id}/print/cards`)
    await page.getByText('1 guest has a link').waitFor()
    await findsNothing(page, 'light', 'dark')
    await shot(page, 'paper-cards-ask-1280')
    await hook(page, 'cards-show').click()
    await hook(page, 'qr-card').waitFor()
    assert.equal([...(await guests()).values()].filter(({ invitation }) => invitation.state === 'issued').length, 1)
    const card = hook(page, 'qr-card').filter({ hasText: 'Ana Costa' })
    assert.equal(await scan(await card.locator('svg').screenshot()), url.toUpperCase())
    const answer = await fetch(await scan(await card.locator('svg').screenshot()))
    assert.equal(answer.status, 200)
    assert.ok((await answer.text()).includes('Ana'))
  })

  await t.test('guests without a link are said so, and issuing is a button', async () => {
    await page.getByText('8 guests have no link').waitFor()
    await page.getByRole('button', { name: 'Everybody' }).click()
    await page.getByText('No link yet').first().waitFor()
    assert.equal(await page.getByText('No link yet').count(), 8)
    await page.getByText('None for 1 guest whose link was revoked.').waitFor()
    await findsNothing(page, 'light', 'dark')
    await shot(page, 'paper-cards-1280')
    await hook(page, 'cards-issue').click()
    await page.getByText('No link yet').first().waitFor({ state: 'detached' })
    assert.equal(await page.locator('[data-test="qr-card"] svg').count(), 9)
    assert.equal((await guests()).get('Eve Adams').invitation.state, 'revoked')
    await page.locator('[data-test="paper"][data-drawn]').waitFor()
    await page.emulateMedia({ media: 'print' })
    await shot(page, 'paper-cards-print')
    await page.emulateMedia({ media: null })
    for (const paper of Object.keys(papers)) assert.equal(await pdf(page, paper), 2, paper)
  })

  await t.test('who said no stands out on the list and gets no card unless asked, and times are the event’s', async () => {
    const zone = 'Asia/Kolkata'
    await api('PATCH', `/events/${event.id}`, { timezone: zone })
    const answered = await fetch(`${url}/rsvp`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status: 'declined' }) })
    assert.equal(answered.status, 200)
    await page.goto(`${program.origin}/app/e/${event.id}/print/list`)
    await page.locator('[data-test="paper"][data-drawn]').waitFor()
    await hook(page, 'door-line').filter({ hasText: 'Ana Costa' }).locator('.remarks b').filter({ hasText: 'Said no' }).waitFor()
    const there = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' }).format()
    await page.getByText(new RegExp(`^Printed .*, ${there}:\\d\\d \\(GMT\\+5:30\\)$`)).waitFor()
    await shot(page, 'paper-list-declined-1280')
    await page.goto(`${program.origin}/app/e/${event.id}/print/cards`)
    await hook(page, 'cards-show').click()
    await page.getByText('None for 1 guest who said no.').waitFor()
    assert.equal(await hook(page, 'qr-card').filter({ hasText: 'Ana Costa' }).count(), 0)
    await page.getByRole('button', { name: 'Coming' }).click()
    await page.getByText('No cards for this choice').waitFor()
    await findsNothing(page, 'light', 'dark')
    await shot(page, 'paper-cards-none-1280')
    await page.getByRole('button', { name: 'Everybody' }).click()
    await hook(page, 'qr-card').filter({ hasText: 'Ana Costa' }).waitFor()
    await shot(page, 'paper-cards-declined-1280', { viewport: true })
  })

  await t.test('on a phone the sheets are shown whole', async () => {
    const small = await open(t, browser, `${program.origin}/login`, { ...phone, init: axe })
    await signInOn(small, host)
    for (const sheet of ['list', 'cards']) {
      await small.goto(`${program.origin}/app/e/${event.id}/print/${sheet}`)
      if (sheet === 'cards') await hook(small, 'cards-show').tap()
      await small.locator('[data-test="paper"][data-drawn]').waitFor()
      await fits(small)
      await findsNothing(small, 'dark', 'light')
      await shot(small, `paper-${sheet}-390`)
    }
  })

  await t.test('viewers print the list; the codes stay with those who may issue them', async () => {
    const vera = { name: 'Vera Looks', email: 'vera@example.org', password: 'copper-heron-17-salt' }
    addUser(data, vera)
    await api('POST', `/events/${event.id}/collaborators`, { email: vera.email, role: 'viewer' })
    const { access_token: token } = await call(program.origin, 'POST', '/auth/login', { body: { email: vera.email, password: vera.password } })
    const invite = new URL(await waitFor(() => mailedLink(data, program.origin))).hash.split('=')[1]
    await call(program.origin, 'POST', `/invites/${invite}/accept`, { token })
    const viewer = await open(t, browser, `${program.origin}/login`, { init: axe })
    await signInOn(viewer, vera)
    await hook(viewer, 'terms-accept').click() // an account of the command line is asked on its first page
    await viewer.goto(`${program.origin}/app/e/${event.id}/guests`)
    await hook(viewer, 'list-menu').click()
    await viewer.getByRole('menuitem', { name: 'Print the door list' }).waitFor()
    assert.equal(await viewer.getByRole('menuitem', { name: 'Import a list' }).count(), 0)
    await viewer.getByRole('menuitem', { name: 'Print the door list' }).click()
    await viewer.getByText('Page 1 of 1').waitFor()
    await viewer.goto(`${program.origin}/app/e/${event.id}/print/cards`)
    await viewer.getByText('Ask an editor or the owner for these').waitFor()
    await findsNothing(viewer, 'light', 'dark')
    assert.equal(await hook(viewer, 'qr-card').count(), 0)
  })
})

test('five thousand guests on paper', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  const { access_token: token } = await call(program.origin, 'POST', '/auth/login', { body: { email: host.email, password: host.password } })
  const letters = 'AÁBCDÉFGHIJKLMNOPQRSTUVWXYZ'
  const list = ['name,party_size', ...Array.from({ length: 5000 }, (_, i) => `${letters[i % letters.length]}na Costa ${i},${1 + (i % 5)}`)].join('\n')
  const form = new FormData()
  form.set('file', new Blob([list]), 'guests.csv')
  const route = `${program.origin}/api/v1/events/${event.id}/guests/import`
  assert.equal((await fetch(route, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form })).status, 200)
  const page = await open(t, await launch(t), `${program.origin}/login`)
  page.setDefaultTimeout(120_000) // drawing takes its time where other work is on the cores
  await signInOn(page, host)
  await page.addInitScript(() => {
    globalThis.longTasks = []
    new PerformanceObserver((seen) => globalThis.longTasks.push(...seen.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  })
  const drawn = async (what, from) => {
    await page.locator('[data-test="paper"][data-drawn]').waitFor()
    const longest = Math.max(0, ...await page.evaluate(() => globalThis.longTasks))
    t.diagnostic(`${what}: drawn in ${Math.round(performance.now() - from)} ms, longest task ${longest} ms`)
    // Drawn all at once it stands still for many seconds.
    assert.ok(longest < 1500, `the page stood still for ${longest} ms`)
    return page.locator('.sheet-of-paper').count()
  }

  let from = performance.now()
  await page.goto(`${program.origin}/app/e/${event.id}/print/list`)
  const sheets = await drawn('list', from)
  assert.ok(sheets >= 5000 / 25)
  assert.equal(await page.locator('[data-test="door-line"] .name').count(), 5000)
  await page.getByText(`Page ${sheets} of ${sheets}`).waitFor({ state: 'attached' })
  from = performance.now()
  assert.equal(await pdf(page, 'A4'), sheets)
  t.diagnostic(`list: ${sheets} pages of PDF in ${Math.round(performance.now() - from)} ms`)

  await page.goto(`${program.origin}/app/e/${event.id}/print/cards`)
  from = performance.now()
  await hook(page, 'cards-issue').click()
  assert.equal(await drawn('cards', from), 5000 / 8)
})

async function waitFor(look) {
  for (let tries = 0; ; tries++) {
    try {
      return look()
    } catch (error) {
      if (tries === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
