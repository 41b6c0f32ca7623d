import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/postgres.ts',
    include: ['{base,features,wire,apps,seed,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**', 'test/crash/**', 'test/hostile/**', 'test/bench/**'],
    // No test measures time; these only end what hangs, on a machine that may be busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Real processes on a machine that others share may starve: CI tries such a test once more, and its report says so.
    retry: process.env['CI'] ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
})
