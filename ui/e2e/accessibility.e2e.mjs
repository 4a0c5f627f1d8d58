import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, hook, launch, open, phone } from './browser.mjs'
import { host, mailedLink, newEvent, scratch, serve, setUp } from './program.mjs'

const zoe = 'Zoë Müller'
/** Each tab of an event and what is there once it stands. */
const tabs = { live: 'live-row', door: 'device-row', security: 'threshold-save', team: 'pending-row', settings: 'event-save' }

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, ${colorScheme}`, async (t) => {
    const data = scratch()
    const program = await serve(t, data)
    const { link, device } = await party(program)
    const browser = await launch(t)
    const visit = (url, options) => open(t, browser, url, { colorScheme, init: axe, ...options })

    await t.test('guest page', async () => {
      const page = await visit(link, phone)
      await findsNothing(page)
      await page.getByRole('button', { name: 'Yes, I’m coming' }).tap()
      await page.locator('[data-qr] svg').waitFor()
      await findsNothing(page)
    })

    await t.test('door', async () => {
      const page = await visit(`${program.origin}/door#pair=${device.pairing_code}`, phone)
      await hook(page, 'pair-submit').waitFor()
      await findsNothing(page)
      await hook(page, 'pair-submit').click()
      await hook(page, 'start-scanning').waitFor()
      await findsNothing(page)
    })

    await t.test('invitation to the team', async () => {
      const page = await visit(mailedLink(data, program.origin), phone)
      await hook(page, 'invite-sign-in').waitFor()
      await findsNothing(page)
    })

    const page = await visit(`${program.origin}/login`)
    const step = (name, go) => t.test(name, () => go().then(() => findsNothing(page)))

    await step('sign in', () => hook(page, 'login-email').waitFor())
    await step('system', async () => {
      await hook(page, 'login-email').fill(host.email)
      await hook(page, 'login-password').fill(host.password)
      await hook(page, 'login-submit').click()
      await page.getByRole('button', { name: 'Account of' }).click()
      await page.getByRole('menuitem', { name: 'System' }).click()
      await hook(page, 'recovery-check').click()
      await hook(page, 'recover-code').waitFor()
    })
    await step('a new recovery code', async () => {
      await hook(page, 'recovery-new').click()
      await hook(page, 'recovery-password').fill(host.password)
      await hook(page, 'recovery-make').click()
      await hook(page, 'recovery-code').waitFor()
    })
    await hook(page, 'recovery-kept').click()
    await hook(page, 'recovery-done').click()
    await step('events', async () => {
      await page.getByRole('link', { name: 'Doorward' }).click()
      await hook(page, 'event-row').waitFor()
    })
    await step('guests', async () => {
      await hook(page, 'event-row').click()
      await hook(page, 'guest-row').first().waitFor()
    })
    await step('import', async () => {
      await hook(page, 'import-open').click()
      await hook(page, 'import-text').fill(`name,company,email\n${zoe},Acme,zoe@example.org\n,,nobody@example.org\n`)
      await hook(page, 'import-preview').click()
      await hook(page, 'import-left-out').waitFor()
    })
    await page.keyboard.press('Escape')
    await hook(page, 'import-left-out').waitFor({ state: 'detached' })
    for (const [tab, shows] of Object.entries(tabs)) {
      await step(tab, async () => {
        await hook(page, `tab-${tab}`).click()
        await hook(page, shows).first().waitFor()
      })
    }
    await step('guest sheet', async () => {
      await hook(page, 'tab-guests').click()
      await hook(page, 'guest-row').filter({ hasText: zoe }).locator('a').click()
      await hook(page, 'guest-issue').click()
      await hook(page, 'guest-link').waitFor()
    })
  })
}

/** An event with two guests, one link and a device that waits to be paired. */
async function party(program) {
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  const guest = await api('POST', `/events/${event.id}/guests`, { name: zoe, party_size: 3, tags: ['family'] })
  await api('POST', `/events/${event.id}/guests`, { name: 'Ana Costa', email: 'ana@example.org' })
  const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})
  await api('POST', `/events/${event.id}/collaborators`, { email: 'rui@example.org', role: 'editor' })
  const device = await api('POST', `/events/${event.id}/devices`, { name: 'Phone', entrance: 'Main door', scopes: ['scan', 'search', 'undo'] })
  return { link: url, device }
}
