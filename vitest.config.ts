import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a quarter of a minute and more. */
const long = [
  'test/commands-corpus/corpus.test.ts',
  'test/torn.test.ts',
  'test/start.test.ts',
  'test/new.test.ts',
  'test/terminals/terminals.test.ts',
  'test/terminals/others.test.ts',
  'base/server/embedded-postgres/start-postgres.test.ts',
  'test/secrets/secrets.test.ts',
  'test/scope/broken-rules.test.ts',
  'base/server/embedded-postgres/backup/backup.test.ts',
  'apps/agent/agent.test.ts',
  'apps/agent/agent-killed.test.ts',
  'apps/verify/mutation.test.ts',
  'features/identity/server/sign-in/sign-in.test.ts',
  'base/server/embedded-postgres/other-accounts.test.ts',
  'apps/agent/main.test.ts',
  'test/scope/scope.test.ts',
  'test/tap/losses.test.ts',
  'test/tap/flood.test.ts',
  'features/websh/server/recording/removal/remove-segments.test.ts',
]

/** Long ones first, so that none of them is left to run alone at the end. The rest as ever. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((path) => moduleId.endsWith(`/${path}`))
      return found < 0 ? long.length : found
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

export default defineConfig({
  test: {
    globalSetup: './test/postgres.ts',
    include: ['{base,features,wire,apps,seed,test,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**', 'test/crash/**', 'test/hostile/**', 'test/bench/**'],
    // No test measures time; these only end what hangs, on a machine that may be busy.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
    // Files of one worker share what they import, which took a fifth of all the work to import anew for each.
    isolate: false,
    unstubEnvs: true,
    // Suites run beside one another would write one file; and the order should be that of a fresh clone.
    cache: false,
    sequence: { sequencer: LongFirst },
  },
})
