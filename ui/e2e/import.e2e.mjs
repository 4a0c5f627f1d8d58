import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { axe, findsNothing, fits, hook, launch, open, phone, shot, signInOn, textIs } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'

/** In Windows-1252, as a spreadsheet in Germany saves it; nobody calls a column of names "Wer". */
const sheet = Buffer.from('Wer;Telefon;Mail;Wie viele\r\nJürgen Groß;0170 1234567;juergen@example.org;2\r\nZoë;12;;\r\n', 'latin1')

test('any list is imported from a phone', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', { ...newEvent(), timezone: 'Europe/Berlin' })
  const page = await open(t, await launch(t), `${program.origin}/login`, { ...phone, init: axe })
  await signInOn(page, host)
  await hook(page, 'event-row').click()
  const choose = (name, buffer) => hook(page, 'import-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(buffer) })
  let refused = ''
  const guests = async () => (await api('GET', `/events/${event.id}/guests`)).items
  const looksGood = async (name) => {
    await fits(page)
    await findsNothing(page, 'light', 'dark')
    await shot(page, name)
  }

  await t.test('a spreadsheet file is answered with what to do', async () => {
    await hook(page, 'import-open').click()
    await choose('guests.xlsx', 'PK\x03\x04and more')
    await page.getByText('save or export it as CSV').waitFor()
    await looksGood('import-xlsx')
  })

  await t.test('a column of names that is not recognised is named by keyboard', async () => {
    await choose('gaeste.csv', sheet)
    await page.getByText('Say which column holds the names.').waitFor()
    await looksGood('import-nameless')
    const names = page.getByRole('combobox', { name: 'Wer holds' })
    await names.focus()
    await page.keyboard.type('Name')
    await page.getByText('Leave out the 1 row to mend').waitFor()
    assert.ok(await names.evaluate((select) => select === document.activeElement), 'the focus was lost')
    await page.getByRole('combobox', { name: 'Wie viele holds' }).selectOption({ label: 'Party size' })
    await textIs(hook(page, 'import-row').filter({ hasText: 'Jürgen Groß' }).locator('.party'), '2')
    await page.getByText('Too short for a phone number').waitFor()
    await looksGood('import-mapped')
    await hook(page, 'import-commit').click()
    await hook(page, 'import-done-words').filter({ hasText: '1 guest imported, 1 skipped' }).waitFor()
    assert.ok(await hook(page, 'import-done').evaluate((button) => button === document.activeElement), 'the focus was lost')
    await textIs(hook(page, 'import-row').locator('.name'), 'Zoë')
    await page.getByText('Too short for a phone number').waitFor()
    await looksGood('import-done')
    const [download] = await Promise.all([page.waitForEvent('download'), hook(page, 'import-refused').click()])
    refused = fs.readFileSync(await download.path(), 'utf8')
    await hook(page, 'import-done').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const [guest, ...more] = await guests()
    assert.deepEqual([guest.name, guest.phone, guest.party_size, more.length], ['Jürgen Groß', '+491701234567', 2, 0])
  })

  await t.test('rows that were left out are mended and imported again', async () => {
    await hook(page, 'import-open').click()
    await choose('mend.csv', refused)
    await page.getByText('No row can be imported as it is.').waitFor()
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await choose('mend.csv', refused.replace('12,', "'+351912000009,"))
    await page.getByText('Left out: problem.').waitFor()
    await hook(page, 'import-commit').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const zoe = (await guests()).find(({ name }) => name === 'Zoë')
    assert.equal(zoe.phone, '+351912000009')
    await api('DELETE', `/events/${event.id}/guests/${zoe.id}`)
  })

  await t.test('a guest who stands twice, and a list of guests with rows to mend, are called that', async () => {
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await hook(page, 'import-open').click()
    await choose('again.csv', 'name,email\nJürgen,juergen@example.org\nEva,no address\n')
    await page.getByText('Everybody is a guest already, but for the 1 row to mend.').waitFor()
    await looksGood('import-known')
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await choose('twice.csv', 'name,email\nEva,eva@example.org\nEva,eva@example.org\n')
    await page.getByText('Stands twice in this list: line 2 has the same guest.').waitFor()
    await page.getByText('1 twice in the file').waitFor()
    await looksGood('import-twice')
    await page.getByRole('button', { name: 'Close' }).click()
  })

  await t.test('what a spreadsheet pastes is read as it is', async () => {
    await hook(page, 'import-open').click()
    await hook(page, 'import-text').fill('Guest\tNote\n"Ana ""A."" Costa"\t"two\nlines\tand a tab"\n')
    await hook(page, 'import-preview').click()
    await hook(page, 'import-headings').filter({ hasText: 'Columns read: Guest, Note.' }).waitFor()
    await hook(page, 'import-commit').click()
    await hook(page, 'import-commit').waitFor({ state: 'detached' })
    assert.equal((await guests()).find(({ name }) => name === 'Ana "A." Costa').note, 'two\nlines\tand a tab')
  })

  await t.test('a bare list of names needs no headings', async () => {
    await hook(page, 'import-open').click()
    await hook(page, 'import-text').fill('Ben Idris\nCleo\n')
    await hook(page, 'import-preview').click()
    await hook(page, 'import-headings').filter({ hasText: 'There are no headings' }).waitFor()
    await hook(page, 'import-map').click()
    await page.getByLabel('The first line holds headings').check()
    await page.getByText('Say which column holds the names.').waitFor()
    await page.getByLabel('The first line holds headings').uncheck()
    await looksGood('import-bare')
    await hook(page, 'import-commit').click()
    await hook(page, 'import-commit').waitFor({ state: 'detached' })
    assert.equal((await guests()).length, 4)
  })

  await t.test('our own export brings nobody new', async () => {
    const { access_token: token } = await api('POST', '/auth/login', { email: host.email, password: host.password })
    const exported = await fetch(`${program.origin}/api/v1/events/${event.id}/guests/export.csv`, { headers: { authorization: `Bearer ${token}` } })
    await hook(page, 'import-open').click()
    await choose('guests.csv', await exported.text())
    await page.getByText('Everybody on this list is a guest already.').waitFor()
    await page.getByText('This is a list of our own export.').waitFor()
    assert.ok(await hook(page, 'import-commit').isDisabled())
    await looksGood('import-own')
  })
})
