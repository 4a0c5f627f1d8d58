import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, signInOn, textIs } from './browser.mjs'
import { call, host, newEvent, scratch, serve, setUp } from './program.mjs'

const many = 5000
const tags = ['family', 'friends', 'work', 'band']

/** A list of 5,000, whose names go from A to Z by their numbers. */
function longList() {
  const rows = Array.from({ length: many }, (_, i) => `Guest ${String(i + 1).padStart(4, '0')} Ávila,g${i}@example.org,+35191${String(i).padStart(7, '0')},2,${tags[i % 4]},`)
  return `name,email,phone,party_size,tags,note\n${rows.join('\n')}\n`
}

async function party(program) {
  const { access_token: token } = await call(program.origin, 'POST', '/auth/login', { body: { email: host.email, password: host.password } })
  const api = (method, route, body) => call(program.origin, method, route, { token, body })
  const event = await api('POST', '/events', newEvent())
  const form = new FormData()
  form.set('file', new Blob([longList()]), 'guests.csv')
  const answer = await fetch(`${program.origin}/api/v1/events/${event.id}/guests/import`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form })
  assert.equal((await answer.json()).created, many)
  return { api, event, count: async () => (await api('GET', `/events/${event.id}/guests/counts`)).total }
}

/** Notes every long task of the page from now on. */
function watchTasks(page) {
  return page.evaluate(() => {
    window.longTasks = []
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: 'longtask' })
  })
}

/** Scrolls to the end in steps, one a frame, and waits for the last guest. */
async function scrollThrough(page) {
  await page.evaluate(async () => {
    window.longTasks.length = 0
    const frame = () => new Promise((done) => { requestAnimationFrame(done) })
    window.mostNodes = 0
    for (let still = 0, last = -1; still < 30; still = window.scrollY === last ? still + 1 : 0) {
      last = window.scrollY
      window.scrollBy(0, 1200)
      await frame()
      window.mostNodes = Math.max(window.mostNodes, document.querySelectorAll('*').length)
    }
  })
  await hook(page, 'guest-row').filter({ hasText: `Guest ${many} Ávila` }).waitFor()
  return page.evaluate(() => ({ longest: Math.max(0, ...window.longTasks), tasks: window.longTasks.length, nodes: window.mostNodes }))
}

/** From the key going down to the frame that shows the answer, in ms. */
async function keystroke(page, key, first) {
  await page.evaluate((first) => {
    const began = new Promise((done) => { document.addEventListener('keydown', (event) => done(event.timeStamp), { once: true }) })
    window.painted = new Promise((done) => {
      const look = () => {
        const row = [...document.querySelectorAll('[data-test="guest-row"][aria-rowindex="2"] a')][0]
        if (row?.textContent.includes(first)) requestAnimationFrame(() => setTimeout(async () => done(performance.now() - await began)))
        else requestAnimationFrame(look)
      }
      look()
    })
  }, first)
  await page.keyboard.press(key)
  return page.evaluate(() => window.painted)
}

const program = {}

test('a list of 5,000 guests', async (t) => {
  Object.assign(program, await serve(t, scratch()))
  await setUp(program)
  const browser = await launch(t)

  for (const [name, screen] of Object.entries({ 1280: {}, 390: phone })) {
    await t.test(`stays fluent at ${name}`, async (t) => {
      const { api, event } = await party(program)
      const page = await open(t, browser, `${program.origin}/login`, { ...screen, init: axe })
      await signInOn(page, host)
      await page.goto(`${program.origin}/app/e/${event.id}/guests`)
      await hook(page, 'guest-row').first().waitFor()
      await watchTasks(page)
      const scrolled = await scrollThrough(page)
      assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), String(many + 1))
      await page.evaluate(() => window.scrollTo(0, 0))
      await hook(page, 'guest-row').filter({ hasText: 'Guest 0001' }).waitFor()
      await hook(page, 'guest-search').click()
      const typed = []
      await hook(page, 'guest-search').fill('guest ')
      for (const [key, first] of [['4', 'Guest 4000'], ['2', 'Guest 4200'], ['7', 'Guest 4270'], ['1', 'Guest 4271']]) {
        typed.push(Math.round(await keystroke(page, key, first)))
      }
      t.diagnostic(`${name}: ${JSON.stringify({ ...scrolled, keystrokes: typed })}`)
      assert.ok(scrolled.nodes < 1500, `${scrolled.nodes} nodes`)
      assert.ok(Math.max(...typed) < 1000, `keystrokes took ${typed} ms`)
      await fits(page)
      await hook(page, 'guest-search').fill('')
      await hook(page, 'guest-row').filter({ hasText: 'Guest 0001' }).waitFor()
      await shot(page, `guestlist-${name}`)
      await api('DELETE', `/events/${event.id}`)
    })
  }
})
