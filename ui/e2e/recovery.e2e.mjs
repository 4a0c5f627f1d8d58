import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { fits, hook, launch, open, phone, signInOn } from './browser.mjs'
import { addUser, call, host, newEvent, scratch, serve, signIn } from './program.mjs'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const form = /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/

test('a recovery code: kept at set-up, and links that outlive the box', async (t) => {
  const data = path.join(scratch(), 'data')
  let program = await serve(t, data)
  const browser = await launch(t)
  let code
  let link

  await t.test('set-up shows the code once', async () => {
    const page = await open(t, browser, `${program.origin}/setup#code=${program.code}`, { ...phone, init: axe })
    await hook(page, 'setup-name').fill(host.name)
    await hook(page, 'setup-email').fill(host.email)
    await hook(page, 'setup-password').fill(host.password)
    await hook(page, 'setup-submit').click()
    await hook(page, 'recovery-code').waitFor()
    code = await hook(page, 'recovery-code').inputValue()
    assert.match(code, form)
    assert.equal(await hook(page, 'recovery-code').evaluate((field) => field === document.activeElement), true, 'the focus is elsewhere')
    assert.equal(await hook(page, 'setup-go-on').isDisabled(), true, 'one can go on without keeping it')
    await fits(page)
    await findsNothing(page)
    await shot(page, 'setup-code')
    const [file] = await Promise.all([page.waitForEvent('download'), hook(page, 'recovery-download').click()])
    assert.equal(file.suggestedFilename(), 'doorward-recovery-code.txt')
    assert.ok(fs.readFileSync(await file.path(), 'utf8').split('\r\n').includes(code))
    await hook(page, 'recovery-kept').click()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/app')
    await page.reload()
    await page.goto(`${program.origin}/setup`)
    await page.waitForURL('**/app')
    assert.ok(!(await page.content()).includes(code.slice(0, 9)))
  })

  await t.test('the box loses its keys, and the guest is refused in neutral words', async () => {
    const api = await signIn(program.origin)
    const event = await api('POST', '/events', newEvent())
    const guest = await api('POST', `/events/${event.id}/guests`, { name: 'Ana Costa' })
    link = new URL((await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})).url).pathname
    await program.kill('SIGTERM')
    fs.rmSync(path.join(data, 'keys'), { recursive: true })
    program = await serve(t, data)
    const page = await open(t, browser, program.origin + link, phone)
    await page.getByRole('heading', { name: /./ }).first().waitFor()
    const text = await page.textContent('main')
    assert.doesNotMatch(text, /key|recover|Ana/i)
  })

  await t.test('the System page says so and opens them again', async () => {
    const page = await open(t, browser, `${program.origin}/login`, { ...phone, init: axe })
    await signInOn(page, host)
    await page.getByRole('button', { name: `Account of ${host.name}` }).click()
    await page.getByRole('menuitem', { name: 'System' }).click()
    await hook(page, 'links-lost').waitFor()
    await fits(page)
    await findsNothing(page)
    await shot(page, 'system-lost')
    await hook(page, 'recover-submit').click()
    await page.getByText('The code has seven groups of four.').waitFor()
    await hook(page, 'recover-code').fill(`${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`)
    await hook(page, 'recover-submit').click()
    await page.getByText('There is a typing mistake').waitFor()
    await shot(page, 'system-typo')
    await hook(page, 'recover-code').fill(code.toLowerCase().replaceAll('-', ' '))
    await page.keyboard.press('Enter')
    await hook(page, 'links-lost').waitFor({ state: 'detached' })
    await shot(page, 'system')
    const guest = await open(t, browser, program.origin + link, phone)
    await guest.getByText('Ana').first().waitFor()
  })

  await t.test('a new code takes the place of the old one', async () => {
    const page = await open(t, browser, `${program.origin}/login?next=/app/system`, { init: axe, colorScheme: 'dark' })
    await hook(page, 'login-email').fill(host.email)
    await hook(page, 'login-password').fill(host.password)
    await hook(page, 'login-submit').click()
    await hook(page, 'recovery-new').click()
    await hook(page, 'recovery-make').click()
    await page.getByText('Your password, please.').waitFor()
    assert.equal(await hook(page, 'recovery-give-up').count(), 0)
    await hook(page, 'recovery-password').fill('not the right one')
    await hook(page, 'recovery-make').click()
    await page.getByText('This is not your password.').waitFor()
    await hook(page, 'recovery-password').fill(host.password)
    await shot(page, 'system-new-code-asks')
    await hook(page, 'recovery-make').click()
    await hook(page, 'recovery-code').waitFor()
    const next = await hook(page, 'recovery-code').inputValue()
    assert.match(next, form)
    assert.notEqual(next, code)
    await findsNothing(page)
    await shot(page, 'system-new-code')
    await hook(page, 'recovery-kept').click()
    await hook(page, 'recovery-done').click()
    await hook(page, 'recovery-code').waitFor({ state: 'detached' })
    await hook(page, 'recovery-check').click()
    await hook(page, 'recover-code').fill(code)
    await hook(page, 'recover-submit').click()
    await page.getByText('This is not the recovery code of these links').waitFor()
    await hook(page, 'recover-code').fill(next)
    await hook(page, 'recover-submit').click()
    await page.getByText('This is the right code.').waitFor()
    await shot(page, 'system-desk')
  })

  await t.test('nobody else sees the page', async () => {
    const rui = { name: 'Rui Alves', email: 'rui@example.org', password: 'harbour-lemon-58-moss' }
    addUser(data, rui)
    const page = await open(t, browser, `${program.origin}/login`)
    await signInOn(page, rui)
    await hook(page, 'terms-accept').click()
    await hook(page, 'terms-accept').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: `Account of ${rui.name}` }).click()
    await page.getByRole('menuitem', { name: 'About Doorward' }).waitFor()
    assert.equal(await page.getByRole('menuitem', { name: 'System' }).count(), 0)
    await page.goto(`${program.origin}/app/system`)
    await hook(page, 'system-forbidden').waitFor()
    const { access_token: token } = await call(program.origin, 'POST', '/auth/login', { body: { email: rui.email, password: rui.password } })
    await assert.rejects(call(program.origin, 'GET', '/system/recovery', { token }), /403/)
  })
})

async function findsNothing(page) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`), [], page.url())
}

/** A picture for whoever wants to look, in the folder of the environment variable SHOTS. */
async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true })
}
