import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, signInOn, textIs } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'

/** Nothing of ours goes to WhatsApp: what would be opened there is written down instead. */
async function holdBack(page) {
  await page.addInitScript(() => {
    addEventListener('click', (click) => {
      const link = click.target.closest?.('a[target=_blank]')
      if (!link) return
      click.preventDefault()
      globalThis.left = { href: link.href, rel: link.rel }
    })
  })
  await page.reload()
}

/** What the last tap would have opened: to whom, and with which words. */
async function opened(page) {
  const { href, rel } = await page.evaluate(() => globalThis.left)
  const url = new URL(href)
  assert.deepEqual([url.host, rel], ['wa.me', 'noopener noreferrer'])
  return { number: url.pathname.slice(1), text: url.searchParams.get('text') }
}

const names = ['Ana & Rui’s “crew”', 'Ben Idris', 'Cleo 🎉', 'محمد علي']

async function party(api, more = {}) {
  const event = await api('POST', '/events', { ...newEvent(), name: 'Zoë’s 30th & more 🎉', ...more })
  const guests = []
  for (const [i, name] of names.entries()) guests.push(await api('POST', `/events/${event.id}/guests`, { name, phone: `+35191200000${i}` }))
  await api('POST', `/events/${event.id}/guests`, { name: 'Dee Nophone', email: 'dee@example.org' })
  return { event, guests, guest: (id) => api('GET', `/events/${event.id}/guests/${id}`) }
}

test('links are sent by WhatsApp, guest after guest', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const { event, guests, guest } = await party(api)
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/login`, { ...phone, init: axe })
  let desk
  await signInOn(page, host)
  await holdBack(page)
  const at = (name) => textIs(hook(page, 'send-guest'), name)
  const sent = async (i) => (await guest(guests[i].id)).invitation.sent_at !== null
  const looksGood = async (name) => {
    await fits(page)
    await findsNothing(page, 'light', 'dark')
    await shot(page, name)
  }

  await t.test('the message is written and seen as the guest will see it', async () => {
    await hook(page, 'event-row').click()
    await hook(page, 'issue-links').click()
    await hook(page, 'bulk-send').waitFor()
    await looksGood('sending-choose')
    await hook(page, 'bulk-send').click()
    await hook(page, 'send-whom').filter({ hasText: '4 guests with a phone number' }).waitFor()
    await hook(page, 'send-template').fill('Come, {nmae}!')
    await page.getByText('Put {link} where').waitFor()
    assert.ok(await hook(page, 'send-start').isDisabled())
    await looksGood('sending-message-refused')
    await hook(page, 'send-template').fill('Hi {name}, it’s "{event}" & you’re in?\n\n100% fun: {link} 🎉')
    await textIs(hook(page, 'send-preview'), 'Hi Ana, it’s "Zoë’s 30th & more 🎉" & you’re in\\?\\s+100% fun: .*/i/… 🎉')
    await looksGood('sending-message')
    assert.equal((await guest(guests[0].id)).invitation.state, 'none', 'writing a message issues no link')
  })

  await t.test('by keyboard: WhatsApp is opened, then the answer is given', async () => {
    await hook(page, 'send-start').click()
    await at(names[0])
    await hook(page, 'send-open').waitFor()
    await looksGood('sending-turn')
    assert.equal((await guest(guests[1].id)).invitation.state, 'none', 'a link is issued when its turn comes')
    await page.keyboard.press('Enter')
    const { number, text } = await opened(page)
    const link = /http\S+/.exec(text)[0]
    assert.equal(number, '351912000000')
    assert.equal(text, `Hi Ana, it’s "Zoë’s 30th & more 🎉" & you’re in?\n\n100% fun: ${link} 🎉`)
    const invitation = await open(t, browser, link, phone)
    await invitation.getByRole('heading', { name: 'Zoë’s 30th' }).waitFor()
    await page.getByText('Did the message go out?').waitFor()
    await looksGood('sending-asked')
    assert.equal(await sent(0), false, 'opening WhatsApp is not sending')
    await page.keyboard.press('Enter')
    await at(names[1])
    assert.equal(await sent(0), true)
  })

  await t.test('a wrong number is mended in place', async () => {
    await hook(page, 'send-wrong').click()
    await hook(page, 'fix-phone').fill('12')
    await hook(page, 'fix-save').click()
    await page.getByRole('alert').waitFor()
    await looksGood('sending-number-refused')
    await hook(page, 'fix-phone').fill('+44 7911 123456')
    await page.keyboard.press('Enter')
    await textIs(hook(page, 'send-phone'), '\\+447911123456')
    await at(names[1])
    assert.equal((await guest(guests[1].id)).phone, '+447911123456')
    await hook(page, 'send-open').click()
    assert.equal((await opened(page)).number, '447911123456')
  })

  await t.test('a reload in the middle goes on, and so does another device', async () => {
    await page.reload()
    await at(names[1])
    await page.getByText('Did the message go out?').waitFor()
    await textIs(hook(page, 'send-progress'), '1 of 4 sent')
    await hook(page, 'send-sent').click()
    await at(names[2])

    desk = await open(t, browser, `${program.origin}/login?next=${encodeURIComponent(`/app/e/${event.id}/send?step=turns`)}`, { init: axe })
    await hook(desk, 'login-email').fill(host.email)
    await hook(desk, 'login-password').fill(host.password)
    await hook(desk, 'login-submit').click()
    await textIs(hook(desk, 'send-guest'), names[2])
    await textIs(hook(desk, 'send-progress'), '2 of 4 sent')
    await hook(desk, 'send-open').waitFor()
    await fits(desk)
    await findsNothing(desk, 'light', 'dark')
    await shot(desk, 'sending-turn-1280')
  })

  await t.test('a mistaken answer is taken back', async () => {
    await hook(page, 'send-undo').click()
    await at(names[1])
    assert.equal(await sent(1), false)
    await hook(page, 'send-sent').click()
    await at(names[2])
    await hook(page, 'send-skip').click()
    await at(names[3])
    await hook(page, 'send-undo').click()
    await at(names[2])
    await hook(page, 'send-skip').click()
    assert.equal(await sent(2), false)
  })

  await t.test('a link that somebody replaced meanwhile is not marked', async () => {
    await at(names[3])
    await hook(page, 'send-open').click()
    assert.match((await opened(page)).text, /^Hi \u2068محمد\u2069, /)
    await looksGood('sending-rtl')
    await api('POST', `/events/${event.id}/guests/${guests[3].id}/tokens/rotate`, {})
    await hook(page, 'send-sent').click()
    await page.getByText('Somebody changed this link meanwhile').waitFor()
    assert.equal(await sent(3), false)
    await hook(page, 'send-open').click()
    await hook(page, 'send-sent').click()
    await hook(page, 'send-done').waitFor()
    assert.equal(await sent(3), true)
  })

  await t.test('the end says what is left and how to go on', async () => {
    await textIs(hook(page, 'send-count-sent'), '3')
    await textIs(hook(page, 'send-count-skipped'), '1')
    await textIs(hook(page, 'send-count-no-phone'), '1')
    await textIs(hook(page, 'send-skipped'), names[2])
    await looksGood('sending-done')
    await hook(page, 'send-copy').click()
    await hook(page, 'send-link').waitFor()
    await looksGood('sending-by-hand')
    await hook(page, 'send-handed').click()
    await textIs(hook(page, 'send-count-sent'), '4')
    await hook(page, 'send-again').click()
    await at(names[2])
  })

  await t.test('the other device passes over whom this one wrote to', async () => {
    await textIs(hook(desk, 'send-progress'), '4 of 5 sent')
    await textIs(hook(desk, 'send-guest'), names[2])
    await hook(desk, 'send-skip').click()
    await hook(desk, 'send-done').waitFor()
    await hook(desk, 'send-undo').click()
    await textIs(hook(desk, 'send-guest'), names[2])
  })

  await t.test('it is in the history of the guest', async () => {
    await hook(page, 'send-back').click()
    await hook(page, 'guest-row').filter({ hasText: 'Ben' }).locator('a').click()
    await page.getByText('Was sent the link', { exact: true }).first().waitFor()
    await page.getByText('Was not sent the link after all').waitFor()
    await page.getByText('not opened so far').waitFor()
    await looksGood('sending-sheet')
    await hook(page, 'guest-send').click()
    await hook(page, 'send-whom').filter({ hasText: '1 guest to write to, of the 1 guest you chose' }).waitFor()
  })
})

test('the links of many are replaced and revoked', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const { event, guests } = await party(api)
  const links = []
  for (const { id } of guests.slice(0, 3)) links.push((await api('POST', `/events/${event.id}/guests/${id}/tokens`, {})).url)
  const browser = await launch(t)
  const page = await open(t, browser, `${program.origin}/login`, { init: axe })
  await signInOn(page, host)
  await hook(page, 'event-row').click()
  const looksGood = async (name) => {
    await findsNothing(page, 'light', 'dark')
    await shot(page, `${name}-1280`)
    await page.setViewportSize(phone.viewport)
    await fits(page)
    await shot(page, `${name}-390`)
    await page.setViewportSize({ width: 1280, height: 800 })
  }
  const tellsOf = async (url, words) => {
    for (const javaScriptEnabled of [true, false]) {
      const guestPage = await open(t, browser, url, { ...phone, javaScriptEnabled, init: axe })
      await guestPage.getByText(words).waitFor()
      if (javaScriptEnabled) await findsNothing(guestPage, 'light', 'dark')
      await shot(guestPage, `sending-${words.slice(0, 18)}`)
    }
  }
  let fresh = ''

  await t.test('consequences are told before, results after', async () => {
    await page.getByRole('checkbox', { name: 'Select all guests' }).check()
    await page.getByRole('region', { name: 'Selected guests' }).getByRole('button', { name: 'Links' }).click()
    await hook(page, 'bulk-rotate').waitFor()
    await looksGood('bulk-choose')
    await hook(page, 'bulk-rotate').click()
    await hook(page, 'bulk-consequences').getByText('3 links stop working at once').waitFor()
    await hook(page, 'bulk-consequences').getByText('2 guests of these have no link').waitFor()
    await looksGood('bulk-rotate')
  })

  await t.test('a call that fails is tried again for those it was for', async () => {
    await page.route('**/invitations/rotate', (route) => route.abort(), { times: 1 })
    await hook(page, 'confirm').click()
    await hook(page, 'bulk-failed').getByText('5 guests could not be done').waitFor()
    await looksGood('bulk-failed')
    await hook(page, 'bulk-retry').click()
    await hook(page, 'bulk-summary').getByText('3 new links').waitFor()
    await hook(page, 'bulk-skipped-no_link').getByText('2 guests have no link yet').waitFor()
    await looksGood('bulk-rotated')
    const csv = await hook(page, 'issued-links').inputValue()
    const [head, first, ...more] = csv.split('\n')
    assert.deepEqual([head, more.length], ['Name,link', 2])
    fresh = first.slice(first.lastIndexOf(',') + 1)
    assert.equal(first, `${names[0]},${fresh}`)
    assert.ok(!links.includes(fresh))
  })

  await t.test('whoever has the old link is told where the newer one is', async () => {
    for (const link of links) await tellsOf(link, 'This link was replaced by a newer one. Look for the newest message from your host, or ask them for it again.')
  })

  await t.test('those who have none get one', async () => {
    await page.getByRole('button', { name: 'Issue 2 links' }).click()
    await hook(page, 'bulk-summary').getByText('2 links ready').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
  })

  await t.test('mail goes to those with an address', async () => {
    await page.getByRole('region', { name: 'Selected guests' }).getByRole('button', { name: 'Links' }).click()
    await hook(page, 'bulk-mail').click()
    await hook(page, 'bulk-consequences').getByText('1 guest gets a mail').waitFor()
    await hook(page, 'confirm').click()
    await hook(page, 'bulk-summary').getByText('1 mail on its way').waitFor()
    await hook(page, 'bulk-skipped-no_email').getByText('4 guests have no e-mail address').waitFor()
    await looksGood('bulk-mailed')
    await page.getByRole('button', { name: 'Done' }).click()
  })

  await t.test('a revoked link says that the host took it back', async () => {
    await page.getByRole('region', { name: 'Selected guests' }).getByRole('button', { name: 'Links' }).click()
    await hook(page, 'bulk-revoke').click()
    await hook(page, 'bulk-consequences').getByText('5 guests can no longer open the invitation').waitFor()
    await looksGood('bulk-revoke')
    await hook(page, 'confirm').click()
    await hook(page, 'bulk-summary').getByText('5 links revoked').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await tellsOf(fresh, 'Your host has withdrawn this link.')
  })

  await t.test('the history says so', async () => {
    await hook(page, 'guest-row').filter({ hasText: 'Ben' }).locator('a').click()
    await page.getByText('Got a new link', { exact: true }).waitFor()
    await page.getByText('Lost the link', { exact: true }).waitFor()
  })
})
