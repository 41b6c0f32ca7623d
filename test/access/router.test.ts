import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { world } from '../../seed/world.ts'
import { endpoints } from './answers.ts'
import { callers, headersOf, tellSessions } from './callers.ts'
import { tellBothSides } from './sides.ts'

/** What is answered to whoever asks, before anybody is asked who they are; none of it tells of anybody. */
const open: Readonly<Record<string, string>> = {
  '/healthz': 'for what keeps the server running: whether it lives',
  '/readyz': 'for what sends requests to it: whether it is ready',
  '/metrics': 'numbers for monitoring, which name no person and no server',
  '/api/openapi.json': 'the contract, which is public',
  '/api/live': 'asked without an upgrade it says that it speaks WebSocket',
  '*': 'every other address below /api, which is refused; the router tells it without its beginning',
}

interface WebPage {
  readonly path: string
  readonly allow: readonly string[]
  readonly denied?: { readonly title: string }
  readonly nav?: { readonly roles?: readonly string[] }
}

/** The pages as the console registers them. They are of the web's side, so their types are told here. */
async function consolePages(): Promise<WebPage[]> {
  const address = new URL('../../apps/web/features.ts', import.meta.url).href
  const { features } = (await import(address)) as { features: { pages: WebPage[] }[] }
  return features.flatMap(({ pages }) => pages)
}

/** Every address of the running router, whatever its method. */
function addressesOf(tree: string): string[] {
  const stack: string[] = []
  const found = new Set<string>()
  for (const line of tree.split('\n')) {
    const match = /^([│ ]*)[├└]── (\S+)( \(.*\))?/.exec(line)
    if (match === null) continue
    const depth = match[1]!.length / 4
    stack.length = depth
    stack[depth] = match[2]!
    if (match[3] !== undefined) found.add(stack.join(''))
  }
  return [...found].sort()
}

test('the running router answers at the endpoints of the contract, and at what is known to be open', async () => {
  await using w = await world()
  const served = Object.entries(endpoints)
    .filter(([, { kind }]) => kind !== 'channel')
    .map(([name]) => `/api/${name}`)
  expect(addressesOf(w.app.printRoutes({ commonPrefix: false }))).toEqual(
    [...served, ...Object.keys(open)].sort(),
  )
})

test('what is open is the same for everybody, and is in no need of a record', async () => {
  await using w = await world({ machines: true })
  const sides = await tellBothSides(w)
  await tellSessions(w, async () => {})
  for (const url of ['/api/openapi.json', '/healthz', '/readyz']) {
    const answers = await Promise.all(
      callers.map((caller) => w.app.inject({ url, headers: headersOf(caller, sides) })),
    )
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, url).toBe(1)
  }
})

test('metrics name nobody and nothing of the workspace', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').ask('person.list')
  const { body } = await w.app.inject({ url: '/metrics' })
  expect(body).not.toMatch(/ada|lovelace|sea-db|127\.0\.0\.1|01900000-/i)
})

test('each page of the console opens for the roles it was looked at for', async () => {
  const pages = await consolePages()
  const described = Object.fromEntries(
    pages.map(({ path, allow, denied, nav }) => [
      path,
      {
        opens: allow.toSorted().join(' '),
        ...(nav && { inTheSidebarOf: (nav.roles ?? allow).toSorted().join(' ') }),
        ...(denied && { denied: denied.title }),
      },
    ]),
  )
  await expect(`${JSON.stringify(described, null, 2)}\n`).toMatchFileSnapshot('./answers/pages.json')
})

test('a page that not everybody opens says why, and no page of governance opens for a member', async () => {
  const pages = await consolePages()
  expect(pages.filter(({ allow, denied }) => allow.length < 3 && !denied).map(({ path }) => path)).toEqual([])
  const governed = pages.filter(({ path }) => path.startsWith('/governance'))
  expect(governed.length).toBeGreaterThan(0)
  expect(governed.filter(({ allow }) => allow.includes('member'))).toEqual([])
})

test('the address of a page is answered alike to everybody: what is on it is asked for by itself', async () => {
  using console = mkdtempDisposableSync(join(tmpdir(), 'annals-access-'))
  writeFileSync(join(console.path, 'index.html'), '<title>the console</title>')
  await using w = await world({ machines: true, webDirectory: console.path })
  const sides = await tellBothSides(w)
  await tellSessions(w, async () => {})
  for (const { path } of await consolePages()) {
    const url = path.replace('$id', sides.sea.person).replace('$', 'approvals')
    const answers = await Promise.all(
      callers.map((caller) =>
        w.app.inject({ url, headers: { accept: 'text/html', ...headersOf(caller, sides) } }),
      ),
    )
    const told = new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))
    expect([...told], path).toEqual(['200 <title>the console</title>'])
  }
})
