// Fails when a page's first load grew over its budget. Sizes are brotli, in bytes, from the last build.
import { readFileSync, statSync } from 'node:fs'

const dist = new URL('../dist/', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))
const kB = 1000

const size = (file) => statSync(`${dist}${file}.br`).size

/** A chunk and all that it imports at once, as manifest keys. */
function reach(keys, seen = new Set()) {
  for (const key of keys) {
    if (seen.has(key)) continue
    if (!manifest[key]) throw new Error(`${key} is not in the manifest: was it renamed?`)
    seen.add(key)
    reach(manifest[key].imports ?? [], seen)
  }
  return seen
}

function weigh(keys) {
  let js = 0
  const css = new Set()
  for (const key of keys) {
    js += size(manifest[key].file)
    for (const file of manifest[key].css ?? []) css.add(file)
  }
  return { js, css: [...css].reduce((sum, file) => sum + size(file), 0) }
}

const page = (name) => `src/console/pages/${name}.vue`
const eventPage = [page('event/EventPage'), page('event/GuestsTab')]
const consoleFirst = reach(['console.html', ...eventPage])

const rows = [
  { what: 'guest', keys: reach(['src/guest/guest.ts']), js: 2 * kB, total: 14 * kB },
  { what: 'door', keys: reach(['door.html']), js: 45 * kB, total: 60 * kB },
  { what: 'console shell + Guests', keys: consoleFirst, js: 85 * kB, total: 150 * kB },
  { what: 'phone numbers of all countries', keys: reach(['src/ui/phone.ts']), js: 36 * kB, total: 36 * kB },
]
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry || !key.startsWith('src/console/') || consoleFirst.has(key)) continue
  const more = [...reach([key])].filter((k) => !consoleFirst.has(k))
  rows.push({ what: `+ ${key.replace('src/console/', '')}`, keys: more, js: 30 * kB, total: 40 * kB })
}

let over = false
for (const { what, keys, js, total } of rows) {
  const weight = weigh(keys)
  const bad = weight.js > js || weight.js + weight.css > total
  over ||= bad
  const show = (n) => `${(n / kB).toFixed(1)} kB`.padStart(9)
  console.log(`${bad ? 'OVER' : 'ok  '} ${what.padEnd(44)} js ${show(weight.js)} of ${show(js)}  css ${show(weight.css)}`)
}
process.exitCode = over ? 1 : 0
