// Starts and ends the real program, and speaks its API.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = process.env.DOORWARD_BIN ?? fileURLToPath(new URL('../../bin/doorward', import.meta.url))
const startsWithin = 20_000

export const host = { name: 'Ida Host', email: 'ida@example.org', password: 'lantern-otter-42-plum' }

/** A new folder, which is gone when this process ends and so after every server that writes to it. */
export function scratch() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'doorward-e2e-'))
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Starts `doorward serve` with more flags on a free port and ends it with the test. Answers `{origin, code, kill}`: `code` is the
 * set-up code, or undefined when there is an account already; `kill(signal)` resolves when the process is gone.
 */
export async function serve(t, data, ...flags) {
  const child = spawn(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const kill = (signal) => {
    child.kill(signal)
    return ended
  }
  t.after(() => kill('SIGKILL'))

  const { origin, code } = await new Promise((resolve, reject) => {
    let out = ''
    let log = ''
    const fail = (what) => reject(new Error(`${what}:\n${log}`))
    const late = setTimeout(fail, startsWithin, `not ready within ${startsWithin} ms`)
    const look = () => {
      const address = /msg=listening addr=(\S+:\d+)/.exec(log)?.[1]
      // The set-up code comes before this line, if it comes.
      if (!address || !/^Open /m.test(out)) return
      clearTimeout(late)
      resolve({ origin: `http://${address}`, code: /set-up code {2}(\S+)/.exec(out)?.[1] })
    }
    child.once('error', reject)
    child.once('exit', (status) => fail(`ended with ${status} at once`))
    child.stdout.setEncoding('utf8').on('data', (text) => look((out += text)))
    child.stderr.setEncoding('utf8').on('data', (text) => look((log += text)))
  })
  return { origin, code, kill }
}

/** Runs `doorward` to its end and answers what it printed. */
export function run(...args) {
  return execFileSync(binary, args, { encoding: 'utf8' })
}

/** Makes a further account with `doorward user add`. */
export function addUser(data, { name, email, password }) {
  execFileSync(binary, ['user', 'add', '--data', data, '--email', email, '--name', name, '--password-stdin'], { input: password })
}

/** One call of the API; throws unless the answer is 2xx. */
export async function call(origin, method, route, { token, body } = {}) {
  const answer = await fetch(`${origin}/api/v1${route}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${route} → ${answer.status} ${text}`)
  return text && JSON.parse(text)
}

/** Makes the first account and answers `api(method, route, body)`, which calls as that account. */
export async function setUp({ origin, code }) {
  const { access_token } = await call(origin, 'POST', '/setup', { body: { code, ...host } })
  return signedIn(origin, access_token)
}

/** Signs the first account in and answers the same as `setUp`. */
export async function signIn(origin) {
  const { email, password } = host
  const { access_token } = await call(origin, 'POST', '/auth/login', { body: { email, password } })
  return signedIn(origin, access_token)
}

function signedIn(origin, token) {
  return (method, route, body) => call(origin, method, route, { token, body })
}

/** The link in the newest mail, which is an invitation to a team. */
export function mailedLink(data, origin) {
  const folder = path.join(data, 'mail')
  const newest = fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort().at(-1)
  const text = fs.readFileSync(path.join(folder, newest), 'utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=')
  const token = text.split(`${origin}/invite#token=`)[1]
  if (!token) throw new Error(`no invitation in ${text}`)
  return `${origin}/invite#token=${/^\w+/.exec(token)[0]}`
}

/** An event that starts in an hour. */
export function newEvent() {
  return { name: 'Rooftop Friday', venue: 'The Attic', starts_at: new Date(Date.now() + 3_600_000).toISOString(), timezone: 'Europe/Lisbon', default_plus_ones: 2 }
}
