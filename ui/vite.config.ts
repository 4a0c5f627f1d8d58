import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.DOORWARD_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false' },
  resolve: { alias: { '@': here('./src') } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Guests bring old phones: light-dark() and nesting are compiled down for these.
    cssTarget: ['chrome107', 'firefox104', 'safari16'],
    // The server and the budget check find hashed names here; guest.ts has no HTML of its own.
    manifest: true,
    modulePreload: { polyfill: false },
    // The pages' Content-Security-Policy has no data: source.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        console: here('./console.html'),
        door: here('./door.html'),
        guest: here('./src/guest/guest.ts'),
      },
    },
  },
  server: {
    // The About page shows a notice that lies beside the data it is about.
    fs: { allow: [here('..')] },
    proxy: {
      '/api': { target: server, ws: true },
      '/i': server,
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
  },
})
