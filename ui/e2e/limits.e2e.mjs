import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hook, launch, open } from './browser.mjs'
import { host, run, scratch, serve, setUp } from './program.mjs'

test('whoever is locked out or slowed down is told what to do', async (t) => {
  const data = scratch()
  const program = await serve(t, data)
  await setUp(program)
  const page = await open(t, await launch(t), `${program.origin}/login`)
  const button = hook(page, 'login-submit')
  const attempt = async (password) => {
    await hook(page, 'login-email').fill(host.email)
    await hook(page, 'login-password').fill(password)
    const answer = page.waitForResponse('**/auth/login')
    await button.click()
    return (await answer).status()
  }

  await t.test('five wrong passwords lock, and the operator unlocks', async () => {
    for (let i = 0; i < 5; i++) assert.equal(await attempt('wrong horse battery'), 401)
    assert.equal(await attempt(host.password), 423)
    await page.getByRole('alert').filter({ hasText: 'Setting a new password unlocks it' }).waitFor()
    assert.equal(await button.isEnabled(), true)
    assert.match(run('user', 'unlock', '--data', data, '--email', host.email), /^Unlocked /)
  })

  await t.test('the button counts down and works again', async () => {
    await page.clock.install()
    await page.reload()
    await hook(page, 'login-email').waitFor()
    for (let status = 0; status !== 429;) {
      const answer = await fetch(`${program.origin}/api/v1/auth/login`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: host.email.toUpperCase(), password: host.password }),
      })
      status = answer.status
    }
    assert.equal(await attempt(host.password), 429)
    await hook(page, 'wait').waitFor()
    assert.match(await hook(page, 'wait').innerText(), /^(1:0\d|0:[1-5]\d)$/)
    assert.equal(await button.isDisabled(), true)
    await page.clock.fastForward(70_000)
    await hook(page, 'wait-over').waitFor()
    assert.equal(await button.isEnabled(), true)
  })
})
