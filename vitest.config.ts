import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/postgres.ts',
    include: ['{base,features,wire,apps,seed,test,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**', 'test/crash/**', 'test/hostile/**', 'test/bench/**'],
    // No test measures time; these only end what hangs, on a machine that may be busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
