import { defineConfig } from 'vitest/config'

/** Each file has a product and a browser of its own; the tests in it tell one story in order. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/e2e/**/*.e2e.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
    cache: false,
  },
})
