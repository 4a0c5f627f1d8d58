import assert from 'node:assert/strict'
import os from 'node:os'
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
  return { api, event, total: async () => (await api('GET', `/events/${event.id}/guests/counts`)).total }
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

test('a list of 5,000 guests stays fluent', async (t) => {
  const program = await serve(t, scratch())
  await setUp(program)
  const browser = await launch(t)
  const { event } = await party(program)
  for (const [name, screen] of Object.entries({ 1280: {}, 390: phone })) {
    await t.test(`at ${name}`, async (t) => {
      const page = await openList(t, browser, program, event, screen)
      await watchTasks(page)
      const scrolled = await scrollThrough(page)
      assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), String(many + 1))
      await page.evaluate(() => window.scrollTo(0, 0))
      await row(page, 'Guest 0001').waitFor()
      await hook(page, 'guest-search').fill('guest ')
      const typed = []
      for (const [key, first] of [['4', 'Guest 4000'], ['2', 'Guest 4200'], ['7', 'Guest 4270'], ['1', 'Guest 4271']]) {
        typed.push(Math.round(await keystroke(page, key, first)))
      }
      t.diagnostic(`${name} px: ${JSON.stringify({ ...scrolled, keystrokes: typed, load: os.loadavg()[0] })}`)
      assert.ok(scrolled.nodes < 1500, `${scrolled.nodes} nodes`)
      // The aims are 100 and 50 ms. What others do on the machine adds to both, so that only what is out of all proportion fails.
      assert.ok(Math.max(...typed) < 500, `keystrokes took ${typed} ms`)
      assert.ok(scrolled.tasks < 60, `${scrolled.tasks} long tasks`)
      await fits(page)
    })
  }
})

test('the guest list', async (t) => {
  const program = await serve(t, scratch())
  await setUp(program)
  const browser = await launch(t)
  const { api, event, total } = await party(program)
  const page = await openList(t, browser, program, event)
  const shown = (name) => page.waitForFunction((name) => document.activeElement?.textContent.includes(name), name)
  const looksGood = async (name) => {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      await page.setViewportSize({ width, height })
      await fits(page)
      for (const colorScheme of ['light', 'dark']) {
        await findsNothing(page, colorScheme)
        await shot(page, `guestlist-${name}-${width}-${colorScheme}`, { viewport: true })
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  }

  await t.test('is walked through by keyboard, to the end and back', async () => {
    await row(page, 'Guest 0001').focus()
    await page.keyboard.press('ArrowDown')
    await shown('Guest 0002')
    await page.keyboard.press('End')
    await shown('Guest 5000')
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-rowindex')), '5001')
    await page.keyboard.press('PageUp')
    assert.ok(await page.evaluate(() => Number(document.activeElement.getAttribute('aria-rowindex')) < 4995))
    await page.keyboard.press('Home')
    await shown('Guest 0001')
    // The focus is not lost with the row that scrolls away.
    await page.evaluate(() => window.scrollTo(0, 100_000))
    await row(page, 'Guest 2220').waitFor()
    await page.keyboard.press('ArrowDown')
    await shown('Guest 0002')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Guest 0002' }).waitFor()
    await page.keyboard.press('Escape')
    await shown('Guest 0002')
  })

  await t.test('guests are chosen with Space, a range with Shift, and tagged', async () => {
    await page.keyboard.press('Space')
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('4 guests selected').waitFor()
    await row(page, 'Guest 0010').getByRole('checkbox').click({ modifiers: ['Shift'] })
    await page.getByText('9 guests selected').waitFor()
    await looksGood('selected')
    await page.context().setOffline(true)
    await hook(page, 'tag-open').click()
    await page.getByText('This part of the page could not be loaded').waitFor()
    await page.context().setOffline(false)
    await hook(page, 'tag-open').click()
    await hook(page, 'tag-input').fill('table 1')
    await looksGood('tag')
    await hook(page, 'tag-save').click()
    await hook(page, 'tag-save').waitFor({ state: 'detached' })
    await row(page, 'Guest 0010').getByText('table 1').waitFor()
    await hook(page, 'select-none').click()
  })

  await t.test('filters stand in the address, and a reload keeps them', async () => {
    await hook(page, 'filter-tag').selectOption('table 1')
    await page.getByRole('button', { name: 'No answer' }).click()
    await hook(page, 'guest-search').fill('guest 000')
    await page.waitForURL(({ searchParams }) => searchParams.get('tag') === 'table 1' && searchParams.get('status') === 'none' && searchParams.get('q') === 'guest 000')
    await page.waitForFunction(() => document.querySelectorAll('[data-test="guest-row"]').length === 8)
    await page.reload()
    await page.waitForFunction(() => document.querySelectorAll('[data-test="guest-row"]').length === 8)
    assert.equal(await hook(page, 'guest-search').inputValue(), 'guest 000')
    await looksGood('filtered')
    await hook(page, 'tab-live').click()
    await page.getByText('9 guests edited').waitFor()
    await page.goBack()
    await page.waitForFunction(() => document.querySelectorAll('[data-test="guest-row"]').length === 8)
    await hook(page, 'guest-search').fill('nobody')
    await page.getByText('No guests match “nobody”').waitFor()
    await looksGood('nobody')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await row(page, 'Guest 0001').waitFor()
  })

  await t.test('the chosen filter is in sight on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${page.url().replace(/\?.*/, '')}?status=inside`)
    const chosen = page.locator('.chips [aria-pressed="true"]', { hasText: /Inside \d/ })
    await chosen.waitFor()
    await page.waitForFunction(() => {
      const { left, right } = document.querySelector('.chips [aria-pressed="true"]').getBoundingClientRect()
      return left >= 0 && right <= innerWidth
    })
    await shot(page, 'guestlist-chosen-390', { viewport: true })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByRole('button', { name: /^All/ }).click()
    await row(page, 'Guest 0001').waitFor()
  })

  await t.test('a guest opened in the same breath keeps the search and the filter', async () => {
    await hook(page, 'guest-search').fill('guest 0003')
    await page.waitForFunction(() => document.querySelectorAll('[data-test="guest-row"]').length === 1)
    await page.evaluate(() => {
      const search = document.querySelector('[data-test="guest-search"]')
      search.value = 'guest 000'
      search.dispatchEvent(new Event('input'))
      document.querySelector('[data-test="guest-row"] a').click()
    })
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await hook(page, 'guest-search').inputValue(), 'guest 000')
    assert.equal(new URL(page.url()).searchParams.get('q'), 'guest 000')
    await hook(page, 'guest-search').fill('')
    await page.getByRole('button', { name: 'No answer' }).click()
    await page.waitForURL(({ searchParams }) => searchParams.get('status') === 'none' && !searchParams.has('q'))
    await page.evaluate(() => {
      document.querySelector('.chips button').click()
      document.querySelector('[data-test="guest-row"] a').click()
    })
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('button', { name: /^All/ }).getAttribute('aria-pressed'), 'true')
    assert.equal(new URL(page.url()).search, '')
  })

  await t.test('a deletion is taken back', async () => {
    await row(page, 'Guest 0001').getByRole('checkbox').click()
    await row(page, 'Guest 0002').getByRole('checkbox').click()
    await hook(page, 'delete-selected').click()
    await row(page, 'Guest 0001').waitFor({ state: 'detached' })
    await textIs(hook(page, 'count-guests'), '4,998')
    await shown('Guest 0003')
    await shot(page, 'guestlist-undo', { viewport: true })
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Guest 0001').waitFor()
    await textIs(hook(page, 'count-guests'), '5,000')
    await new Promise((done) => { setTimeout(done, 7000) })
    assert.equal(await total(), many)
  })

  await t.test('so is one from the sheet, and whoever is gone is no longer chosen', async () => {
    await row(page, 'Guest 0002').getByRole('checkbox').click()
    await row(page, 'Guest 0002').focus()
    await page.keyboard.press('Enter')
    await hook(page, 'guest-delete').click()
    await row(page, 'Guest 0002').waitFor({ state: 'detached' })
    await shown('Guest 0003')
    await hook(page, 'selection').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Guest 0002').waitFor()
    assert.equal(await total(), many)
  })

  await t.test('a page that is left sends the deletion', async () => {
    await row(page, 'Guest 0001').getByRole('checkbox').click()
    await row(page, 'Guest 0002').getByRole('checkbox').click()
    await hook(page, 'delete-selected').click()
    await row(page, 'Guest 0001').waitFor({ state: 'detached' })
    assert.equal(await total(), many)
    await page.goto(`${program.origin}/app/about`)
    for (let tries = 0; tries < 50 && await total() === many; tries++) await new Promise((done) => { setTimeout(done, 100) })
    assert.equal(await total(), many - 2)
  })

  await t.test('a chosen guest whom somebody else deletes holds up the others once', async () => {
    await page.goto(`${program.origin}/app/e/${event.id}/guests?q=guest`)
    const gone = await row(page, 'Guest 0004').getAttribute('data-id')
    for (const name of ['Guest 0003', 'Guest 0004']) await row(page, name).getByRole('checkbox').click()
    await api('DELETE', `/events/${event.id}/guests/${gone}`)
    await hook(page, 'tag-open').click()
    await hook(page, 'tag-input').fill('late')
    await hook(page, 'tag-save').click()
    await page.getByText('Some of these guests are not on the list any more.').waitFor()
    await page.getByRole('dialog', { name: 'Tag 1 guest' }).waitFor()
    await hook(page, 'tag-save').click()
    await hook(page, 'tag-save').waitFor({ state: 'detached' })
    await row(page, 'Guest 0003').getByText('late').waitFor()
    await hook(page, 'select-none').click()
  })

  await t.test('what another host does shows in place', async () => {
    await page.goto(`${program.origin}/app/e/${event.id}/guests`)
    await row(page, 'Guest 0003').waitFor()
    await page.evaluate(() => window.scrollTo(0, 20_000))
    const seen = await row(page, 'Guest 0450').getAttribute('data-id')
    await page.locator('nav .live').waitFor() // the stream is open
    const before = await page.evaluate(() => window.scrollY)
    await api('PATCH', `/events/${event.id}/guests/${seen}`, { tags: ['changed'] })
    await page.locator(`[data-id="${seen}"]`).getByText('changed').waitFor()
    assert.equal(await page.evaluate(() => window.scrollY), before)
  })

  await t.test('all are chosen, loaded or not, and deleted after the time to take it back', async () => {
    await page.evaluate(() => window.scrollTo(0, 0))
    await row(page, 'Guest 0003').getByRole('checkbox').click()
    await hook(page, 'select-all').click()
    await page.getByText('4,997 guests selected').waitFor()
    await looksGood('all')
    await hook(page, 'delete-selected').click()
    await page.getByText('No guests yet').waitFor()
    assert.equal(await total(), many - 3)
    for (let tries = 0; tries < 200 && await total() > 0; tries++) await new Promise((done) => { setTimeout(done, 100) })
    assert.equal(await total(), 0)
  })

  await t.test('a deletion too large to be sent by a page that goes is sent while the browser asks', async () => {
    const another = await party(program)
    await page.goto(`${program.origin}/app/e/${another.event.id}/guests`)
    await row(page, 'Guest 0003').getByRole('checkbox').click()
    await hook(page, 'select-all').click()
    await page.getByText('5,000 guests selected').waitFor()
    await hook(page, 'delete-selected').click()
    await page.getByText('No guests yet').waitFor()
    let asked = ''
    page.once('dialog', async (dialog) => {
      asked = dialog.type()
      for (let tries = 0; tries < 50 && await another.total() > 0; tries++) await new Promise((done) => { setTimeout(done, 100) })
      await dialog.accept()
    })
    await page.goto(`${program.origin}/app/about`)
    assert.deepEqual([asked, await another.total()], ['beforeunload', 0])
  })
})

async function openList(t, browser, program, event, screen = {}) {
  const page = await open(t, browser, `${program.origin}/login`, { ...screen, init: axe })
  await signInOn(page, host)
  await page.goto(`${program.origin}/app/e/${event.id}/guests`)
  await row(page, 'Guest 0001').waitFor()
  return page
}

function row(page, name) {
  return hook(page, 'guest-row').filter({ hasText: name })
}
