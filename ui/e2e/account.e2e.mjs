import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, signInOn } from './browser.mjs'
import { run, scratch, serve, setUp } from './program.mjs'

const zoe = { name: 'Zoë Müller', email: 'zoe@example.org', password: 'walnut-harbour-71-fern' }
const chosen = 'thimble-orchard-19-moss'
const newest = 'copper-meadow-55-kite'

/** Waits for the newest mail with this subject, and answers its link. */
async function mailedLink(data, subject) {
  const folder = path.join(data, 'mail')
  for (let tries = 0; tries < 200; tries++) {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort() : []
    for (const name of names.reverse()) {
      const mail = fs.readFileSync(path.join(folder, name), 'utf8')
      if (!mail.includes(`Subject: ${subject}`)) continue
      const text = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=')
      return /http\S+#token=[\w.-]+/.exec(text)[0]
    }
    await pause(50)
  }
  throw new Error(`no mail "${subject}"`)
}

/** Fills a form in and sends it without a mouse. */
async function type(page, fields) {
  for (const [name, value] of Object.entries(fields)) await hook(page, name).fill(value)
  await page.keyboard.press('Enter')
}

async function autocompletes(page, fields) {
  for (const [name, value] of Object.entries(fields)) assert.equal(await hook(page, name).getAttribute('autocomplete'), value)
}

for (const colorScheme of ['light', 'dark']) {
  test(`an account, from signing up to signing out everywhere, ${colorScheme}`, async (t) => {
    const data = scratch()
    const program = await serve(t, data, '--signup', 'open')
    await setUp(program)
    const browser = await launch(t)
    const page = await open(t, browser, `${program.origin}/login`, { ...phone, colorScheme, init: axe })
    let seen = 0
    const fine = async () => {
      await fits(page)
      await findsNothing(page)
      const { viewport } = phone
      const name = `account-${String(++seen).padStart(2, '0')}-${colorScheme}`
      await shot(page, `${name}-phone`)
      if (!process.env.SHOTS) return
      await page.setViewportSize({ width: 1280, height: 800 })
      await shot(page, `${name}-desk`)
      await page.setViewportSize(viewport)
    }

    await t.test('sign-up', async () => {
      await hook(page, 'to-sign-up').click()
      await hook(page, 'signup-name').waitFor()
      await fine()
      await autocompletes(page, { 'signup-email': 'username', 'signup-password': 'new-password' })
      await type(page, { 'signup-name': zoe.name, 'signup-email': zoe.email, 'signup-password': zoe.password })
      await page.getByRole('alert').filter({ hasText: 'there can be no account' }).waitFor()
      await fine()
      await page.getByRole('checkbox').focus()
      await page.keyboard.press('Space')
      await hook(page, 'signup-password').focus()
      await page.keyboard.press('Enter')
      await hook(page, 'look-at-mail').waitFor()
      await fine()
    })

    await t.test('the link of the mail asks for the password that counts, and works once', async () => {
      const link = await mailedLink(data, 'Confirm your address')
      assert.ok(link.startsWith(`${program.origin}/verify#`), link)
      await page.goto(link)
      await hook(page, 'verify-password').waitFor()
      assert.equal(new URL(page.url()).hash, '')
      await autocompletes(page, { 'verify-password': 'new-password' })
      await fine()
      await type(page, { 'verify-password': 'short' })
      await page.getByRole('alert').filter({ hasText: 'At least 12' }).waitFor()
      await type(page, { 'verify-password': chosen })
      await hook(page, 'verified').waitFor()
      await fine()
      const again = await open(t, browser, link, { ...phone, colorScheme, init: axe })
      await type(again, { 'verify-password': zoe.password })
      await again.getByRole('heading', { name: 'This link has been used' }).waitFor()
      await findsNothing(again)
    })

    await t.test('sign in, with the password of the link alone', async () => {
      await autocompletes(page, { 'login-email': 'username', 'login-password': 'current-password' })
      await type(page, { 'login-email': zoe.email, 'login-password': zoe.password })
      await page.getByRole('alert').waitFor()
      await signInOn(page, { email: zoe.email, password: chosen })
    })

    await t.test('forgotten, and set anew', async () => {
      const other = await open(t, browser, `${program.origin}/login`, { colorScheme, init: axe })
      await hook(other, 'to-forgot').click()
      await hook(other, 'forgot-email').waitFor()
      await findsNothing(other)
      await type(other, { 'forgot-email': zoe.email })
      await hook(other, 'look-at-mail').waitFor()
      await findsNothing(other)
      // In the browser that is signed in: a link of a mail is about its own account, whoever is signed in.
      await page.goto(await mailedLink(data, 'Set a new password'))
      await autocompletes(page, { 'reset-password': 'new-password' })
      await type(page, { 'reset-password': newest })
      await hook(page, 'password-changed').waitFor()
      await signInOn(page, { email: zoe.email, password: newest })
    })

    await t.test('the devices, one signed out and then all', async () => {
      const desk = await open(t, browser, `${program.origin}/login`, { colorScheme, init: axe })
      await signInOn(desk, { email: zoe.email, password: newest })
      await page.goto(`${program.origin}/app/account`)
      await hook(page, 'session-row').nth(1).waitFor()
      assert.equal(await hook(page, 'session-row').count(), 2)
      assert.equal(await hook(page, 'session-current').count(), 1)
      await fine()
      await hook(page, 'session-end').press('Enter')
      await hook(page, 'session-end').waitFor({ state: 'detached' })
      await desk.goto(`${program.origin}/app`)
      await hook(desk, 'login-email').waitFor()
      await signInOn(desk, { email: zoe.email, password: newest })
      await hook(page, 'sessions-end').press('Enter')
      await hook(page, 'sessions-confirm').press('Enter')
      await hook(page, 'signed-out-everywhere').waitFor()
      await fine()
      await desk.reload()
      await hook(desk, 'login-email').waitFor()
    })

    await t.test('an account from before is asked for the terms once', async () => {
      const ben = { email: 'ben@example.org', password: 'lantern-otter-42-plum' }
      const printed = run('user', 'add', '--data', data, '--listen', new URL(program.origin).host, '--email', ben.email, '--name', 'Ben')
      await page.goto(/http\S+/.exec(printed)[0])
      await type(page, { 'reset-password': ben.password })
      await hook(page, 'password-changed').waitFor()
      await signInOn(page, ben)
      await hook(page, 'terms-accept').waitFor()
      await fine()
      await hook(page, 'terms-accept').press('Enter')
      await hook(page, 'terms-accept').waitFor({ state: 'detached' })
      await page.reload()
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.equal(await hook(page, 'terms-accept').count(), 0)
    })
  })
}
