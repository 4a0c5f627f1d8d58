// Runs after vite build. Every asset is kept as .br and .gz alone, so that the binary carries no file
// three times; the server unpacks .gz for a client that accepts neither. HTML stays raw too.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url).pathname

function compress(path) {
  const raw = readFileSync(path)
  writeFileSync(`${path}.br`, brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  }))
  writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }))
}

for (const name of readdirSync(join(dist, 'assets'))) {
  const path = join(dist, 'assets', name)
  compress(path)
  rmSync(path)
}
for (const name of readdirSync(dist)) {
  if (name.endsWith('.html')) compress(join(dist, name))
}

// vite empties dist, and go:embed needs the folder to exist on a clean checkout.
writeFileSync(join(dist, '.gitkeep'), '')
