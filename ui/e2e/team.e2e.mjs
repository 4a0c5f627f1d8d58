import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { fits, hook, launch, open, phone, signInOn } from './browser.mjs'
import { addUser, host, mailedLink, newEvent, scratch, serve, setUp } from './program.mjs'

const rui = { name: 'Rui Alves', email: 'rui@example.org', password: 'harbour-lemon-58-moss' }

test('a team: invite, accept, edit, lose the role', async (t) => {
  const data = scratch()
  const program = await serve(t, data)
  const api = await setUp(program)
  const event = await api('POST', '/events', newEvent())
  addUser(data, rui)
  const browser = await launch(t)
  const owner = await open(t, browser, `${program.origin}/login?next=/app/e/${event.id}/team`)
  await hook(owner, 'login-email').fill(host.email)
  await hook(owner, 'login-password').fill(host.password)
  await hook(owner, 'login-submit').click()

  await t.test('the owner is alone, and can neither step down nor leave', async () => {
    await hook(owner, 'team-alone').waitFor()
    assert.equal(await hook(owner, 'team-role').count() + await hook(owner, 'team-leave').count(), 0)
  })
  await t.test('an empty address is asked for, a member is not invited twice', async () => {
    await hook(owner, 'invite-send').click()
    await owner.getByText('Whom do you want to invite?').waitFor()
    await hook(owner, 'invite-email').fill(host.email)
    await hook(owner, 'invite-send').click()
    await owner.getByText('is on the team already').waitFor()
  })

  let link = ''
  await t.test('an invitation is mailed', async () => {
    await hook(owner, 'invite-email').fill(rui.email)
    await hook(owner, 'invite-role').selectOption('editor')
    await hook(owner, 'invite-send').click()
    await hook(owner, 'pending-row').filter({ hasText: 'can accept until' }).waitFor()
    link = mailedLink(data, program.origin)
    await shot(owner, 'team-owner-pending')
    await owner.setViewportSize(phone.viewport)
    await fits(owner)
    await shot(owner, 'team-owner-phone')
    await owner.setViewportSize({ width: 1280, height: 800 })
  })

  const editor = await open(t, browser, link, phone)
  await t.test('the page says what it is, and leads to signing in with the address filled in', async () => {
    await hook(editor, 'invite-summary').filter({ hasText: 'Ida Host invites you' }).waitFor()
    assert.equal(new URL(editor.url()).hash, '', 'the token is still in the address')
    assert.match(await hook(editor, 'invite-sign-up').getAttribute('href'), /^\/signup\?next=%2Finvite&email=rui%40example.org$/)
    await fits(editor)
    await shot(editor, 'invite-signed-out')
    await hook(editor, 'invite-sign-in').click()
    await hook(editor, 'login-password').waitFor()
    assert.equal(await hook(editor, 'login-email').inputValue(), rui.email)
    assert.equal(await hook(editor, 'login-password').evaluate((field) => field === document.activeElement), true, 'the focus is elsewhere')
    await hook(editor, 'login-password').fill(rui.password)
    await hook(editor, 'login-submit').click()
  })
  await t.test('accepting opens the event, and the owner sees it at once', async () => {
    await hook(editor, 'invite-accept').waitFor()
    await shot(editor, 'invite-accept')
    await hook(editor, 'invite-accept').click()
    await editor.waitForURL(`**/app/e/${event.id}/guests`)
    await hook(owner, 'team-row').filter({ hasText: rui.name }).waitFor()
    await hook(owner, 'pending-row').waitFor({ state: 'detached' })
  })
  await t.test('a used link says so', async () => {
    const used = await open(t, browser, link)
    await hook(used, 'invite-over').filter({ hasText: 'accepted already' }).waitFor()
  })
  await t.test('another account is told which address is needed', async () => {
    const zoe = { name: 'Zoë', email: 'zoe@example.org', password: rui.password }
    addUser(data, zoe)
    const page = await open(t, browser, `${program.origin}/login`)
    await signInOn(page, zoe)
    await api('POST', `/events/${event.id}/collaborators`, { email: 'pia@example.org', role: 'viewer' })
    await hook(owner, 'pending-row').filter({ hasText: 'can accept until' }).waitFor()
    await page.goto(mailedLink(data, program.origin))
    await hook(page, 'invite-other').filter({ hasText: 'needs the account of pia@example.org' }).waitFor()
    await shot(page, 'invite-other-account')
    await hook(page, 'invite-switch').click()
    await hook(page, 'login-email').waitFor()
    assert.equal(await hook(page, 'login-email').inputValue(), 'pia@example.org')
    await hook(owner, 'pending-cancel').click()
    await hook(owner, 'pending-row').waitFor({ state: 'detached' })
    await page.goBack()
    await hook(page, 'invite-over').filter({ hasText: 'withdrawn' }).waitFor()
  })

  await t.test('an editor edits the list and only reads the team', async () => {
    await editor.goto(`${program.origin}/app/e/${event.id}/team`)
    await hook(editor, 'team-row').nth(1).waitFor()
    assert.equal(await hook(editor, 'team-role').count() + await hook(editor, 'team-remove').count() + await hook(editor, 'invite-send').count(), 0)
    await hook(editor, 'team-leave').waitFor()
    await fits(editor)
    await shot(editor, 'team-editor')
    await hook(editor, 'tab-guests').click()
    await hook(editor, 'add-guest').click()
    await hook(editor, 'guest-name').fill('Ana Costa')
    await hook(editor, 'guest-save').click()
    await hook(editor, 'guest-row').filter({ hasText: 'Ana Costa' }).waitFor()
    await hook(editor, 'tab-settings').click()
    await hook(editor, 'event-save').waitFor()
    assert.equal(await hook(editor, 'event-delete').count(), 0)
  })
  await t.test('a role changes inline, and stepping down is asked about', async () => {
    const role = (name) => hook(owner, 'team-row').filter({ hasText: name }).locator('select')
    await role(rui.name).selectOption('viewer')
    await editor.getByText('You are a viewer here').waitFor()
    await role(rui.name).selectOption('owner')
    await role(host.name).selectOption('viewer')
    await owner.getByRole('heading', { name: 'Stop being an owner?' }).waitFor()
    await shot(owner, 'team-step-down')
    await owner.getByRole('button', { name: 'Stay owner' }).click()
    assert.equal(await role(host.name).inputValue(), 'owner')
    await owner.setViewportSize(phone.viewport)
    await fits(owner)
    await shot(owner, 'team-two-owners')
    await owner.setViewportSize({ width: 1280, height: 800 })
  })
  await t.test('whoever is removed loses the event while looking at it', async () => {
    await hook(owner, 'team-row').filter({ hasText: rui.name }).locator('[data-test="team-remove"]').click()
    await shot(owner, 'team-remove')
    await hook(owner, 'confirm').click()
    await hook(owner, 'team-row').filter({ hasText: rui.name }).waitFor({ state: 'detached' })
    await editor.getByRole('heading', { name: 'There is no such event' }).waitFor()
    await shot(editor, 'team-removed')
    await editor.goto(`${program.origin}/app/e/${event.id}/guests`)
    await editor.getByRole('heading', { name: 'There is no such event' }).waitFor()
  })
})

/** A picture for whoever wants to look, in the folder of the environment variable SHOTS. */
async function shot(page, name) {
  if (!process.env.SHOTS) return
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true })
}
