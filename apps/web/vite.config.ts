import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const { version } = JSON.parse(readFileSync(`${here}../../package.json`, 'utf8')) as { version: string }

/** The console is served by the server itself; while it is worked on, Vite serves it and passes `/api` on. */
const server = process.env['ANNALS_URL'] ?? 'http://127.0.0.1:7300'

export default defineConfig({
  root: here,
  plugins: [react()],
  define: { __ANNALS_VERSION__: JSON.stringify(version) },
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    // Nothing inline: the content security policy allows scripts, fonts and images of our own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 700,
  },
  server: { port: 7301, proxy: { '/api': { target: server, ws: true } } },
})
