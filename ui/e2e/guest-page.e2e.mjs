import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, fits, launch, open, phone, shot } from './browser.mjs'
import { newEvent, scratch, serve, setUp } from './program.mjs'

const questions = [
  { label: 'What would you like to eat?', kind: 'choice', options: ['Fish', 'Mushroom risotto', 'Soup'], required: true, per: 'head' },
  { label: 'Do you need the bus back to town at midnight?', kind: 'yes_no', required: false, per: 'guest' },
  { label: 'A song that gets you dancing', kind: 'text', required: false, per: 'guest' },
]

/** A party with questions, one place and a waiting list; `invite` makes a guest of it and answers the link. */
async function party(program, more) {
  const api = await setUp(program)
  const event = await api('POST', '/events', {
    ...newEvent(), ends_at: new Date(Date.now() + 20_000_000).toISOString(), rsvp_deadline: new Date(Date.now() + 3_000_000).toISOString(),
    description: 'Drinks from nine, music from ten.\nThe lift is broken: there are four floors.', capacity: 3, waitlist: true, questions, ...more,
  })
  return { api, event, invite: (name, fields) => invite(api, event, name, fields) }
}

async function invite(api, event, name, fields) {
  const guest = await api('POST', `/events/${event.id}/guests`, { name, party_size: 3, ...fields })
  return { id: guest.id, link: (await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})).url }
}

const button = (page, name) => page.getByRole('button', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { name, exact: true }).waitFor()
const look = async (page, name) => {
  await findsNothing(page, 'dark', 'light')
  await fits(page)
  await shot(page, `guest-${name}-${page.viewportSize().width}`)
}

for (const device of [phone, { viewport: { width: 1280, height: 800 } }]) {
  test(`the guest's page in every state at ${device.viewport.width} px`, async (t) => {
    const program = await serve(t, scratch())
    const { api, event, invite } = await party(program)
    const browser = await launch(t)
    const ana = await invite('Ana Costa', { email: 'ana@example.org' })
    const ben = await invite('Ben Idris', { email: 'ben@example.org' })
    const zoe = await invite('Zoë Müller')
    const visit = (guest) => open(t, browser, guest.link, { ...device, init: axe })

    const page = await visit(ana)
    await heading(page, 'Are you coming, Ana?')
    assert.equal(await page.getByLabel('Name of person 1').isVisible(), false)
    await look(page, '1-first')
    await button(page, 'One more').click()
    await button(page, 'One more').click()
    await page.getByLabel('Name of person 1').fill('Rui Costa')
    await page.getByLabel('Message to the host').fill('We look forward to it!')
    await page.getByLabel('A song that gets you dancing').fill('Águas de Março')
    await button(page, 'Yes, I’m coming').click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('Name of person 1').inputValue(), 'Rui Costa')
    assert.equal(await page.getByLabel('A song that gets you dancing').inputValue(), 'Águas de Março')
    assert.equal(await page.getByLabel('Message to the host').inputValue(), 'We look forward to it!')
    await look(page, '2-refused')
    const menus = page.getByLabel('What would you like to eat?')
    for (const [i, dish] of ['Fish', 'Soup', 'Fish'].entries()) await menus.nth(i).selectOption(dish)
    await page.getByLabel('Yes', { exact: true }).check()
    await button(page, 'Yes, I’m coming').click()
    await heading(page, 'You’re in, Ana!')
    await look(page, '3-attending')
    await page.locator('[data-qr]').click()
    await button(page, 'Close').click()
    await button(page, 'Close').waitFor({ state: 'detached' })
    await page.getByText('Change my answer').click()
    await look(page, '4-changing')

    const waiting = await visit(ben)
    await heading(waiting, 'Every place is taken')
    await look(waiting, '5-full-with-list')
    await waiting.getByLabel('What would you like to eat?').first().selectOption('Soup')
    await button(waiting, 'Join the waiting list').click()
    await heading(waiting, 'You’re on the waiting list, Ben')
    await waiting.getByText('You get a mail as soon as a place is free.').waitFor()
    await look(waiting, '6-waiting')

    await button(page, 'Can’t make it').click()
    await heading(page, 'You can’t make it, Ana')
    await look(page, '7-declined')
    await waiting.reload()
    await heading(waiting, 'You’re in, Ben!')

    await api('PATCH', `/events/${event.id}`, { capacity: 1, waitlist: false })
    const full = await visit(zoe)
    await heading(full, 'Every place is taken')
    await look(full, '8-full')
    await api('PATCH', `/events/${event.id}`, { state: 'closed' })
    await full.reload()
    await look(full, '9-closed')
  })
}

test('a guest answers for three, with questions, without JavaScript', async (t) => {
  const program = await serve(t, scratch())
  const { api, event, invite } = await party(program)
  const zoe = await invite('Zoë Müller')
  const stored = async () => (await api('GET', `/events/${event.id}/guests/${zoe.id}`)).rsvp
  const page = await open(t, await launch(t), zoe.link, { ...phone, javaScriptEnabled: false })
  await page.locator('[name=plus_ones]').fill('2')
  await page.getByText('Who comes with you?').tap()
  await page.getByLabel('Name of person 2').fill('Ben')
  await page.getByLabel('A song that gets you dancing').fill('Waterloo')
  await button(page, 'Yes, I’m coming').tap()
  await page.getByRole('alert').filter({ hasText: 'Please answer “What would you like to eat?”.' }).waitFor()
  assert.equal((await stored()).status, 'none', 'refused as a whole')
  assert.equal(await page.locator('[name=plus_ones]').inputValue(), '2')
  assert.equal(await page.getByLabel('Name of person 2').inputValue(), 'Ben')
  assert.equal(await page.getByLabel('A song that gets you dancing').inputValue(), 'Waterloo')
  const menus = page.getByLabel('What would you like to eat?')
  for (const i of [0, 1, 2]) await menus.nth(i).selectOption('Soup')
  await page.getByLabel('No', { exact: true }).check()
  await button(page, 'Yes, I’m coming').tap()
  await heading(page, 'You’re in, Zoë!')
  const { status, plus_ones, companions, answers } = await stored()
  assert.deepEqual([status, plus_ones, companions], ['attending', 2, ['', 'Ben']])
  assert.deepEqual(Object.values(answers).sort(), ['Soup', 'Soup', 'Soup', 'Waterloo', 'no'])
})

// On the phone of a guest who stands in the street: four times slower than this machine, on what Chromium calls slow 4G.
const street = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 }
test('a free place that is kept for a larger party is not called taken', async (t) => {
  const program = await serve(t, scratch())
  const { invite } = await party(program, { capacity: 2, questions: [] })
  const answer = async ({ link }, more) => {
    const sent = await fetch(`${link}/rsvp`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status: 'attending', ...more }) })
    assert.equal(sent.status, 200)
  }
  await answer(await invite('Ana Costa'), { plus_ones: 0 })
  await answer(await invite('Ben Idris'), { plus_ones: 2 }) // for three, and there is one
  const page = await open(t, await launch(t), (await invite('Zoë')).link, { ...phone, init: axe })
  await heading(page, 'The free places are kept for who asked first')
  await page.getByText('it is their turn before yours').waitFor()
  await look(page, 'kept')
})

const mostBytes = 14_000
const mostRequests = 3
const latestPaint = 1200

test('the page is small and soon there', async (t) => {
  const program = await serve(t, scratch())
  const { api, event, invite } = await party(program)
  const browser = await launch(t)
  const ana = await invite('Ana Costa', { party_size: 1 })
  const first = await load(browser, ana.link)
  const { questions: [menu] } = await api('GET', `/events/${event.id}`)
  const answer = await fetch(`${ana.link}/rsvp`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status: 'attending', answers: { [menu.id]: 'Soup' } }),
  })
  assert.equal(answer.status, 200)
  const withCode = await load(browser, ana.link)
  for (const [name, { bytes, requests, paint }] of Object.entries({ first, withCode })) {
    t.diagnostic(`${name}: ${bytes} bytes, ${requests.length} requests (${requests.join(', ')}), LCP ${Math.round(paint)} ms`)
    assert.ok(bytes <= mostBytes, `${name}: ${bytes} bytes`)
    assert.ok(requests.length <= mostRequests, `${name}: ${requests}`)
    assert.ok(paint <= latestPaint, `${name}: the largest paint came after ${paint} ms`)
  }
})

/**
 * The quickest of three first visits, or of more while none was quick enough, because whatever else the machine does only
 * makes one slower: what came over the wire, by which requests, and when the largest paint was.
 */
async function load(browser, url) {
  let best = { paint: Infinity }
  for (let i = 0; i < 3 || (i < 15 && best.paint > latestPaint); i++) {
    const context = await browser.newContext(phone)
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', street)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    let bytes = 0
    const requests = []
    session.on('Network.requestWillBeSent', ({ request }) => requests.push(new URL(request.url).pathname.replace(/[^/]{20,}/, '…')))
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    const told = page.waitForResponse((response) => response.url().endsWith('/open'))
    await page.goto(url)
    await (await told).finished()
    const paint = await page.evaluate(() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true })
    }))
    if (paint < best.paint) best = { bytes, requests, paint }
    await context.close()
  }
  return best
}
