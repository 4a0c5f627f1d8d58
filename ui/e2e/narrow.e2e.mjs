import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fits, hook, launch, open, signInOn } from './browser.mjs'
import { host, newEvent, scratch, serve, setUp } from './program.mjs'

const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(4)
const list = `Full name;Company;E-mail;party_size
${longName};Acme;${'w'.repeat(60)}@example.org;2
;;nobody@example.org;1
`

test('nothing scrolls sideways on a narrow screen', async (t) => {
  const program = await serve(t, scratch())
  const api = await setUp(program)
  const event = await api('POST', '/events', { ...newEvent(), name: `Rooftop ${'Friday'.repeat(12)}`, capacity: 700, venue: 'Attic'.repeat(40) })
  const { id } = await api('POST', `/events/${event.id}/guests`, { name: longName, phone: '+351912000001', party_size: 2, tags: ['chor', 'nachbarn'] })
  await api('POST', `/events/${event.id}/devices`, { name: 'Front', entrance: 'Main door', scopes: ['scan'] })
  await api('POST', `/events/${event.id}/collaborators`, { email: `${'w'.repeat(60)}@example.org`, role: 'editor' })
  const page = await open(t, await launch(t), `${program.origin}/login`, { viewport: { width: 320, height: 640 } })
  await signInOn(page, host)
  const step = (name, go) => t.test(name, () => go().then(() => fits(page)))

  await step('events', () => hook(page, 'event-row').waitFor())
  await step('guests', async () => {
    await hook(page, 'event-row').click()
    await hook(page, 'guest-row').waitFor()
  })
  await step('an import, whose headings and reasons are told', async () => {
    await hook(page, 'import-open').click()
    await hook(page, 'import-text').fill(list)
    await hook(page, 'import-preview').click()
    await hook(page, 'import-headings').filter({ hasText: 'Full name, E-mail, party_size' }).waitFor()
    await hook(page, 'import-left-out').filter({ hasText: 'Company' }).waitFor()
    const why = page.getByText('Every guest needs a name.')
    await why.scrollIntoViewIfNeeded()
    const table = await page.getByRole('region', { name: 'Rows of the list' }).evaluate((box) => [box.scrollWidth, box.clientWidth])
    assert.equal(table[0], table[1], 'the preview scrolls sideways')
  })
  await t.test('a broken list is told with its line', async () => {
    await page.getByRole('button', { name: 'Back to the text' }).click()
    await hook(page, 'import-text').fill('name,note\nAna,ok\nBen,"never closed\n')
    await hook(page, 'import-preview').click()
    await page.getByText('Line 3 can\'t be read').waitFor()
    await page.keyboard.press('Escape')
  })
  for (const [tab, shows] of Object.entries({ live: 'live-row', door: 'device-row', security: 'threshold-save', team: 'pending-row', settings: 'event-save' })) {
    await step(tab, async () => {
      await hook(page, `tab-${tab}`).click()
      await hook(page, shows).first().waitFor()
    })
  }
  await step('sending', async () => {
    await page.goto(`${program.origin}/app/e/${event.id}/send`)
    await hook(page, 'send-start').waitFor()
  })
  await step('a turn of sending', async () => {
    await hook(page, 'send-start').click()
    await hook(page, 'send-open').waitFor()
  })
  await step('what the guest sees', async () => {
    await page.goto((await api('POST', `/events/${event.id}/guests/${id}/tokens`)).url)
    await page.getByRole('button', { name: 'Maybe' }).waitFor()
  })
})
