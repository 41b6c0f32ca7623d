import { relative, resolve } from 'node:path'

/** One thing that is run and counted. */
export interface Suite {
  readonly name: string
  /** What Vitest runs; or a program of node_modules with its arguments, counted as one check. */
  readonly vitest?: VitestRun
  readonly program?: readonly [path: string, ...words: string[]]
  readonly environment?: Readonly<Record<string, string>>
  /** Whether files of it that failed are run once more by themselves (ADR 19). */
  readonly isRunAgain?: boolean
}

export interface VitestRun {
  /** A configuration other than the root's. */
  readonly config?: string
  /** Only what lies below these; all where there are none. */
  readonly paths?: readonly string[]
  /** Only tests whose whole name has this in it, as a regular expression. */
  readonly named?: string
}

const compiler = 'node_modules/typescript/bin/tsc'

/** Types of each side, and the style. Seconds. */
export const statics: readonly Suite[] = [
  ...['common', 'server', 'web', 'agent'].map(
    (side): Suite => ({ name: `types, ${side}`, program: [compiler, '-p', `tsconfig.${side}.json`] }),
  ),
  { name: 'style', program: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'] },
]

/** Beside the code, and what no feature owns. */
export const unit: Suite = { name: 'unit', vitest: {}, isRunAgain: true }

/** A real server, a real agent, a real browser. */
export const browser: Suite = {
  name: 'browser',
  vitest: { config: 'test/e2e/vitest.config.ts' },
  isRunAgain: true,
}

/** Input and output that nobody means well with. */
export const hostile: Suite = {
  name: 'hostile',
  vitest: { config: 'test/hostile/vitest.config.ts' },
  isRunAgain: true,
}

/** Everything is killed at random; CI runs more rounds than a developer waits for. */
export const crash = (rounds: number): Suite => ({
  name: `crash, ${rounds} rounds`,
  vitest: { config: 'test/crash/vitest.config.ts' },
  environment: { ANNALS_TEST_CRASH_ROUNDS: String(rounds) },
})

const onPostgres = (binDirectory: string) => ({ ANNALS_POSTGRES_BIN: binDirectory })

/** What depends on the database, on another PostgreSQL than the one npm installed. */
export const storage = (binDirectory: string): Suite => ({
  name: `storage, journal and scope on ${binDirectory}`,
  vitest: {
    paths: [
      'base/server',
      ...['people', 'tokens', 'settings', 'sign-in/sessions', 'sign-in/lock-out', 'routes'].map(
        (part) => `features/identity/server/${part}`,
      ),
      ...['servers', 'commands', 'activity'].map((feature) => `features/${feature}/server`),
      'features/websh/server/recording',
      'features/websh/server/terminal',
      'wire/server',
      'apps/verify',
      'test/scope',
      'test/silence',
      'test/torn',
    ],
  },
  environment: onPostgres(binDirectory),
  isRunAgain: true,
})

/** Fewer rounds on another PostgreSQL: what is ours was killed on the other one already. */
export function crashOn(binDirectory: string): Suite {
  const { name, environment, ...short } = crash(10)
  return {
    ...short,
    name: `${name}, on ${binDirectory}`,
    environment: { ...environment, ...onPostgres(binDirectory) },
  }
}

const ofFolder: readonly (readonly [folder: string, suite: Suite])[] = [
  ['test/e2e/', browser],
  ['test/hostile/', hostile],
  ['test/crash/', crash(20)],
  ['', unit],
]

/** Some files or folders, given as absolute paths, each as its suite runs it; nothing is run again. */
export function onlyThese(paths: readonly string[], named?: string): Suite[] {
  const root = resolve(import.meta.dirname, '../..')
  const bySuite = new Map<Suite, string[]>()
  for (const path of paths) {
    const place = relative(root, path)
    const [, suite] = ofFolder.find(([start]) => `${place}/`.startsWith(start))!
    bySuite.set(suite, [...(bySuite.get(suite) ?? []), place])
  }
  return [...bySuite].map(([suite, these]) => ({
    ...suite,
    vitest: { ...suite.vitest, paths: these, ...(named !== undefined && { named }) },
    isRunAgain: false,
  }))
}
