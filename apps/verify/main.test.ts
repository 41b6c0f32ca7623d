import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { journalFeature } from '../../base/server/journal/routes.ts'
import { seal, testJournal } from '../../base/server/journal/test-journal.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

const verify = (...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr })
    })
  })

test('the program says 0 when all holds, 1 when it is damaged, 2 when it could not check', async () => {
  await using world = await testJournal()
  await using journal = await world.open()
  await seal(journal, world.database, 0, 300)
  const url = world.database.url
  const { key } = { key: await journal.read.currentKey() }

  expect(await verify('--database-url', url, '--key', key)).toMatchObject({
    code: 0,
    said: expect.stringContaining('All of it holds'),
  })
  expect(await verify('--database-url', url, '--from', '100', '--to', '140')).toMatchObject({
    code: 0,
    said: expect.stringContaining('from 100 to 139 among them'),
  })
  const json = JSON.parse((await verify('--database-url', url, '--json')).said) as object
  expect(json).toMatchObject({ ok: true, entries: 301, damage: [] })

  const actor = {
    id: '0199a5f0-0000-7000-8000-000000000001',
    name: 'Ada',
    kind: 'person',
    role: 'auditor',
    groupIds: [],
    serverIds: [],
  } as const
  const { handlers } = journalFeature(journal, world.database.db)
  const ask = (input: object) => ({
    input,
    actor,
    request: { id: 'r', address: '127.0.0.1', client: 'test' },
    now: new Date(),
  })
  const proof = join(world.directory, 'proof.json')
  await writeFile(proof, JSON.stringify(await handlers['journal.proof']!(ask({ sequence: 17 }))))
  expect(await verify('--proof', proof, '--key', key)).toMatchObject({ code: 0 })
  await writeFile(proof, (await readFile(proof, 'utf8')).replace('Ada', 'Eve'))
  expect(await verify('--proof', proof)).toMatchObject({
    code: 1,
    said: expect.stringContaining('entry 17 was edited'),
  })

  const bundle = join(world.directory, 'bundle.ndjson')
  await writeFile(bundle, (await handlers['journal.bundle']!(ask({ from: 20, to: 280 }))).body)
  expect(await verify('--bundle', bundle, '--key', key)).toMatchObject({
    code: 0,
    said: expect.stringContaining('260 entries'),
  })
  const lines = (await readFile(bundle, 'utf8')).trimEnd().split('\n')
  await writeFile(bundle, lines.toSpliced(60, 1).join('\n'))
  expect(await verify('--bundle', bundle)).toMatchObject({
    code: 1,
    said: expect.stringContaining('entry 78 is missing'),
  })

  const head = join(world.directory, 'head.txt')
  await writeFile(head, journal.head().note)
  expect(await verify('--database-url', url, '--remembered', head)).toMatchObject({
    code: 0,
    said: expect.stringContaining('1 remembered'),
  })
  await world.database.pool.query(`begin; set local session_replication_role = replica;
    update journal set body = replace(body, 'Ada', 'Eve') where seq = 200; commit`)
  const damaged = await verify('--database-url', url, '--key', key)
  expect(damaged).toMatchObject({ code: 1, said: expect.stringContaining('first at entry 200: edited') })

  expect(await verify()).toMatchObject({ code: 2 })
  expect(await verify('--bundle', '/nowhere')).toMatchObject({ code: 2 })
  expect(await verify('--database-url', `${url.replace(/\/[^/?]*\?/, '/absent?')}`)).toMatchObject({
    code: 2,
  })
  expect(await verify('--database-url', url, '--remembered', main)).toMatchObject({ code: 2 })
})

test('the program loads nothing but Node and its own files', async () => {
  const seen = new Set<string>()
  const visit = async (file: URL): Promise<void> => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    const source = await readFile(file, 'utf8')
    for (const [, from] of source.matchAll(/^(?:import|export)[^'"]*?from '([^']+)'/gms)) {
      if (from!.startsWith('node:')) continue
      expect(from, `${file.href} imports ${from}`).toMatch(/^\.\.?\//)
      await visit(new URL(from!, file))
    }
  }
  await visit(new URL('main.ts', import.meta.url))
  await visit(new URL('store/range-thread.ts', import.meta.url))
  const own =
    /\/apps\/verify\/|\/base\/common\/journal\/|\/websh\/common\/(recording-evidence|removed-segments)\.ts$/
  expect([...seen].filter((file) => !own.test(file))).toEqual([])
})
