import { expect, test } from 'vitest'
import { type SourceFile, sourceFiles } from './sources.ts'

/** From low to high: a feature may know those before it, never those after it. */
const order = [
  'identity',
  'servers',
  'approvals',
  'work-sessions',
  'commands',
  'sudo',
  'websh',
  'transfers',
  'system-logs',
  'activity',
  'live',
  'reports',
  'retention',
]

// What the scaffold writes into other files is text to it, imports and all.
const scaffold = 'tools/new/feature-files.ts'
const files = sourceFiles()
const shipped = files.filter((file) => !file.isTest)
const isOurs = (name: string) => /^(apps|base|features|wire|seed|test|tools)\//.test(name)

/** Each offence as `who → whom`, so that a failure reads as a list of what to change. */
const offences = (from: readonly SourceFile[], isWrong: (imported: string, file: SourceFile) => boolean) =>
  from.flatMap((file) =>
    file.imports
      .filter((imported) => isWrong(imported, file))
      .map((imported) => `${file.path} → ${imported}`),
  )

const within = (...folders: string[]) =>
  shipped.filter((file) => folders.some((folder) => file.path.startsWith(folder)))
const notIn =
  (...folders: string[]) =>
  (imported: string) =>
    isOurs(imported) && !folders.some((folder) => imported.startsWith(folder))

test('the kernel knows no feature, no wire and no program', () => {
  expect(offences(within('base/common/'), notIn('base/common/'))).toEqual([])
  expect(offences(within('base/server/'), notIn('base/common/', 'base/server/'))).toEqual([])
  expect(offences(within('base/web/'), notIn('base/common/', 'base/web/'))).toEqual([])
})

test('the wire leans on the kernel only, and each end knows only what is common', () => {
  expect(offences(within('wire/common/'), notIn('wire/common/', 'base/common/'))).toEqual([])
  const shared = (imported: string) => /^wire\/[^/]+\.ts$/.test(imported)
  expect(
    offences(
      within('wire/agent/'),
      (imported) => notIn('wire/agent/', 'wire/common/', 'base/common/')(imported) && !shared(imported),
    ),
  ).toEqual([])
  expect(
    offences(
      within('wire/server/'),
      (imported) =>
        notIn('wire/server/', 'wire/common/', 'base/common/', 'base/server/')(imported) && !shared(imported),
    ),
  ).toEqual([])
})

test('inside a feature, server, web and agent know the common side and not each other', () => {
  const wrongSide: Readonly<Record<string, RegExp>> = {
    common: /\/(server|web|agent)\//,
    server: /\/(web|agent)\//,
    web: /\/(server|agent)\//,
    agent: /\/(server|web)\//,
  }
  const found = offences(within('features/'), (imported, { path }) => {
    const side = path.split('/')[2]!
    return isOurs(imported) && (wrongSide[side]?.test(`/${imported}`) ?? false)
  })
  expect(found).toEqual([])
})

test('a feature knows only lower features: their common side, or the index of the same side', () => {
  const found = offences(within('features/'), (imported, { path }) => {
    const [, feature, side] = path.split('/') as [string, string, string]
    const [folder, other, otherSide, ...rest] = imported.split('/') as [string, string, string, ...string[]]
    if (folder !== 'features' || other === feature) return false
    if (order.indexOf(other) >= order.indexOf(feature)) return true
    return otherSide !== 'common' && !(otherSide === side && /^index\.tsx?$/.test(rest.join('/')))
  })
  expect(found).toEqual([])
})

test('every feature has its place in the order', () => {
  const features = [...new Set(within('features/').map(({ path }) => path.split('/')[1]!))]
  expect(features.filter((feature) => !order.includes(feature))).toEqual([])
})

test('features know neither programs nor tests', () => {
  expect(offences(within('features/'), notIn('features/', 'base/', 'wire/'))).toEqual([])
})

test('programs do not know each other', () => {
  const found = offences(
    within('apps/'),
    (imported, { path }) => imported.startsWith('apps/') && imported.split('/')[1] !== path.split('/')[1],
  )
  expect(found).toEqual([])
})

test('Fastify is known where HTTP is served, and nowhere else', () => {
  const isFastify = (imported: string) => imported === 'fastify' || imported.startsWith('@fastify/')
  const knowing = new Set(shipped.filter(({ imports }) => imports.some(isFastify)).map(({ path }) => path))
  expect([...knowing].toSorted()).toEqual(
    ['serve-console', 'serve', 'upload'].map((name) => `base/server/${name}.ts`),
  )
})

test('what is common has neither Node nor a browser', () => {
  const common = shipped.filter(({ path }) => /^(base|wire)\/common\/|^features\/[^/]+\/common\//.test(path))
  const allowed = ['zod', '@noble/curves', '@noble/hashes']
  expect(offences(common, (imported) => !isOurs(imported) && !allowed.includes(imported))).toEqual([])
})

test('the agent has no database and no server in it', () => {
  const agent = shipped.filter(({ path }) =>
    /^apps\/agent\/|^wire\/agent\/|^features\/[^/]+\/agent\//.test(path),
  )
  const found = offences(agent, (imported) =>
    /^base\/server\/|^wire\/server\/|^(pg|kysely|fastify|pino)$/.test(imported),
  )
  expect(found).toEqual([])
})

test('the verifier needs nothing but Node, unless it must start a database to read it', () => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const seen = new Set<string>()
  const eagerImports = ({ imports, lazyImports }: SourceFile) =>
    imports.filter((name) => !lazyImports.includes(name))
  const visit = (path: string) => {
    const file = byPath.get(path)
    if (seen.has(path) || file === undefined) return
    seen.add(path)
    for (const imported of eagerImports(file)) visit(imported)
  }
  for (const { path } of within('apps/verify/')) visit(path)
  const found = [...seen].flatMap((path) =>
    eagerImports(byPath.get(path)!)
      .filter((imported) => !isOurs(imported) && !imported.startsWith('node:'))
      .map((imported) => `${path} → ${imported}`),
  )
  expect(found).toEqual([])
})

test('imports are written out: every one of ours names a file that is there', () => {
  const paths = new Set(files.map((file) => file.path))
  const found = offences(
    files.filter(({ path }) => path !== scaffold),
    (imported) => isOurs(imported) && /\.(ts|tsx|mjs)$/.test(imported) && !paths.has(imported),
  )
  expect(found.filter((offence) => !offence.endsWith('.d.ts'))).toEqual([])
})
