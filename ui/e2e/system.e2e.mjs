// The System page with what the server says of itself made up here: a box cannot be brought into each of these states.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot } from './browser.mjs'
import { host, scratch, serve, setUp } from './program.mjs'

const url = '**/api/v1/system/status'
const hoursAgo = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString()

const well = {
  version: '1.2.3', started_at: hoursAgo(50), running: '',
  database: { state: 'ok', detail: '', bytes: 12_300_000, wal_bytes: 400_000, checked_at: hoursAgo(9) },
  disk: { state: 'ok', free_bytes: 20e9, total_bytes: 32e9 },
  clock: { state: 'synced' },
  replica: { state: 'ok', detail: '', lag_seconds: 0.3, synced_at: hoursAgo(0) },
  last_backup: { name: 'doorward-20261124T030000Z.db.zst', at: hoursAgo(9), bytes: 4_100_000 },
  last_drill: { at: hoursAgo(9), source: 'replica', position: '00000000000004d2', ok: true, result: 'All 28 checks passed; 312 guests, as in the live data.', seconds: 1.2, bytes: 12_300_000 },
}
const unwell = {
  ...well,
  database: { ...well.database, state: 'damaged', detail: 'A page cannot be read. Restore the newest copy; the README says how.' },
  disk: { ...well.disk, state: 'full', free_bytes: 0 },
  clock: { state: 'unsynced' },
  replica: { state: 'behind', detail: 'The bucket cannot be reached', lag_seconds: 4000, synced_at: hoursAgo(1.2) },
  last_backup: null,
  last_drill: { ...well.last_drill, at: hoursAgo(30), ok: false, result: 'The newest copy lacks two check-ins.' },
}

for (const colorScheme of ['light', 'dark']) {
  test(`the System page in every state, ${colorScheme}`, async (t) => {
    const program = await serve(t, scratch())
    await setUp(program)
    const page = await open(t, await launch(t), `${program.origin}/login?next=/app/system`, { ...phone, colorScheme, init: axe })
    let answer = (route) => route.fulfill({ json: well })
    await page.route(url, (route) => answer(route))
    await hook(page, 'login-email').fill(host.email)
    await hook(page, 'login-password').fill(host.password)
    await hook(page, 'login-submit').click()
    const tone = (id, want) => page.locator(`[data-test="health-${id}"][data-tone="${want}"]`).waitFor()
    const again = () => page.reload({ waitUntil: 'domcontentloaded' })

    await t.test('well', async () => {
      for (const id of ['drill', 'backup', 'replica', 'database', 'disk', 'clock']) await tone(id, 'good')
      await page.getByText('Passed 9 hr. ago').waitFor()
      await fits(page)
      await findsNothing(page)
      await shot(page, `system-well-${colorScheme}`)
    })
    await t.test('a drill is begun, runs and ends', async () => {
      let state = well
      answer = (route) => route.fulfill({ json: state })
      await page.route('**/api/v1/system/drill', (route) => {
        state = { ...well, running: 'drill' }
        return route.fulfill({ status: 202, json: { running: 'drill' } })
      })
      await hook(page, 'begin-drill').focus()
      await page.keyboard.press('Enter')
      await hook(page, 'system-running').filter({ hasText: 'A restore is being tried' }).waitFor()
      assert.equal(await hook(page, 'begin-backup').isDisabled(), true)
      state = { ...well, last_drill: { ...well.last_drill, at: new Date().toISOString() } }
      await page.getByText('Passed just now').waitFor()
      assert.equal(await hook(page, 'begin-backup').isDisabled(), false)
    })
    await t.test('unwell', async () => {
      answer = (route) => route.fulfill({ json: unwell })
      await again()
      for (const id of ['drill', 'replica', 'database', 'disk']) await tone(id, 'bad')
      for (const id of ['backup', 'clock']) await tone(id, 'due')
      await fits(page)
      await findsNothing(page)
      await shot(page, `system-unwell-${colorScheme}`)
    })
    await t.test('it cannot be loaded, and the rest of the page can', async () => {
      answer = (route) => route.fulfill({ status: 400, json: { code: 'invalid', detail: 'That did not work.' } })
      await again()
      await page.getByText('We could not load how the box is').waitFor()
      await hook(page, 'recovery-state').waitFor()
      await findsNothing(page)
      await shot(page, `system-error-${colorScheme}`)
      answer = (route) => route.fulfill({ json: well })
      await page.getByRole('button', { name: 'Try again' }).click()
      await tone('drill', 'good')
    })
    await t.test('it loads', async () => {
      let release
      const held = new Promise((resolve) => (release = resolve))
      answer = (route) => held.then(() => route.fulfill({ json: well }))
      await again()
      await page.getByText('Loading').first().waitFor({ state: 'attached' })
      release()
      await tone('drill', 'good')
    })
  })
}
