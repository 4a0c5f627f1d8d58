import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { launch, open, phone } from './browser.mjs'
import { newEvent, scratch, serve, setUp } from './program.mjs'

for (const javaScriptEnabled of [false, true]) {
  test(`a blocked visitor gets a fresh link by mail, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const folder = scratch()
    const api = await setUp(await serve(t, folder))
    const event = await api('POST', '/events', newEvent())
    await api('PUT', `/events/${event.id}/security/thresholds`, { medium: 1, high: 2, block: 3 })
    const guest = await api('POST', `/events/${event.id}/guests`, { name: 'Zoë Müller', email: 'zoe@example.org' })
    const { url } = await api('POST', `/events/${event.id}/guests/${guest.id}/tokens`, {})

    const browser = await launch(t) // a headless browser says that it is one, and is blocked
    const page = await open(t, browser, url, { ...phone, javaScriptEnabled })
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Yes, I’m coming' }).tap()
    await page.getByRole('button', { name: 'Send me a fresh link' }).tap()
    await page.getByText('If we have your address, a new link is on its way.').waitFor()

    const mails = path.join(folder, 'mail')
    const arrived = () => fs.existsSync(mails) && fs.readdirSync(mails).find((name) => name.endsWith('.eml'))
    for (let tries = 0; !arrived() && tries < 200; tries++) await api('GET', `/events/${event.id}/notifications`)
    const [fresh] = /http:\/\/\S+\/i\/[A-Z2-7]{48}/.exec(fs.readFileSync(path.join(mails, arrived()), 'utf8').replaceAll('=\r\n', ''))
    assert.notEqual(fresh, url)
    await page.goto(url)
    await page.getByRole('heading', { name: 'This link was replaced' }).waitFor()
    await page.goto(fresh)
    await page.getByRole('heading', { name: event.name }).waitFor()
  })
}
