import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/postgres.ts',
    include: ['{base,features,wire,apps,seed,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**', 'test/crash/**', 'test/bench/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
