// Chromium for the tests: a console on a desk, a guest's phone, a phone at the door.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const waitsFor = 20_000
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const desk = { viewport: { width: 1280, height: 800 } }
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

/**
 * A browser that closes with the test; `video` is what its camera sees. `names` are the rules by which it finds hosts,
 * like `MAP door.example:80 127.0.0.1:8080`.
 */
export async function launch(t, { video, names } = {}) {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${video}`]
  const browser = await chromium.launch({ executablePath, args: [...quiet, ...(video ? camera : []), ...(names ? [`--host-resolver-rules=${names}`] : [])] })
  t.after(() => browser.close())
  return browser
}

/**
 * A page of its own context, with the script at the path `init` run before everything else. When the test ends it fails if the page asked another origin for anything, threw, or ran
 * into its own Content-Security-Policy.
 */
export async function open(t, browser, url, { init, ...options } = {}) {
  const context = await browser.newContext({ ...desk, ...options })
  if (init) await context.addInitScript({ path: init })
  const page = await context.newPage()
  const { host } = new URL(url)
  const wrong = []
  page.setDefaultTimeout(waitsFor)
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (/^(https?|wss?):$/.test(asked.protocol) && asked.host !== host) wrong.push(`asked ${asked}`)
  })
  page.on('pageerror', (error) => wrong.push(`threw ${error.message}`))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) wrong.push(message.text())
  })
  t.after(() => assert.deepEqual(wrong, [], url))
  await page.goto(url)
  return page
}

/** The one element with this data-test name. */
export function hook(page, name) {
  return page.locator(`[data-test="${name}"]`)
}

/** Waits until the text of the locator is `text`. */
export async function textIs(locator, text) {
  await locator.filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) }).waitFor()
}

/** Signs the first account in on a page that shows the sign-in form. */
export async function signInOn(page, { email, password }) {
  await hook(page, 'login-email').fill(email)
  await hook(page, 'login-password').fill(password)
  await hook(page, 'login-submit').click()
  await page.waitForURL(({ pathname }) => pathname === '/app') // a glob would take /login?next=/app for it
}

/** Fails when the page scrolls sideways. */
export async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.equal(wide, page.viewportSize().width, `${page.url()} scrolls sideways`)
}

/** A picture for whoever wants to look, in the folder of the environment variable SHOTS; of the whole page, or of the screen. */
export async function shot(page, name, { viewport = false } = {}) {
  if (!process.env.SHOTS) return
  await atRest(page)
  await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: !viewport })
}

/** Waits until nothing moves. An animation that is taken away with its element is over, too. */
async function atRest(page) {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
}

/** What the page is opened with (`init`) for findsNothing. */
export const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Fails with what axe finds, in the colours that the page has, or in both. */
export async function findsNothing(page, ...colorSchemes) {
  for (const colorScheme of colorSchemes.length ? colorSchemes : [undefined]) {
    if (colorScheme) await page.emulateMedia({ colorScheme })
    // What still fades in has no colour to judge yet.
    await atRest(page)
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}: ${node.any[0]?.message}`))
    assert.deepEqual(found, [], `${page.url()} ${colorScheme ?? ''}`)
  }
}
