import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hook, launch, open, signInOn } from './browser.mjs'
import { host, run, scratch, serve, setUp } from './program.mjs'

test('a password is set with a link from the command line', async (t) => {
  const data = scratch()
  const program = await serve(t, data)
  await t.test('a set-up link fills in its code in a tab that is on the page already', async () => {
    const page = await open(t, await launch(t), `${program.origin}/setup`)
    await hook(page, 'setup-code').waitFor()
    await page.evaluate((code) => { location.hash = `code=${code}` }, program.code)
    await page.waitForFunction((code) => document.querySelector('[data-test="setup-code"]').value === code, program.code)
    assert.equal(new URL(page.url()).hash, '')
  })
  await setUp(program)
  const page = await open(t, await launch(t), `${program.origin}/reset`)
  await page.getByRole('heading', { name: 'This link is not complete' }).waitFor()

  const { host: listen } = new URL(program.origin)
  const link = /http\S+/.exec(run('user', 'reset-password', '--data', data, '--listen', listen, '--email', host.email))[0]
  assert.ok(link.startsWith(`${program.origin}/reset#token=`), link)
  await page.goto(link)
  const password = 'walnut-harbour-71-fern'
  await hook(page, 'reset-password').fill(password)
  await hook(page, 'reset-submit').click()
  await hook(page, 'password-changed').waitFor()
  assert.equal(await hook(page, 'login-email').evaluate((field) => field === document.activeElement), true, 'the focus is elsewhere')
  await signInOn(page, { email: host.email, password })
})
