import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/crash/**/*.test.ts'],
    testTimeout: 60 * 60_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
    cache: false,
  },
})
