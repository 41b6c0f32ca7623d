import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { openDatabase } from '../../base/server/database.ts'
import { superuser } from '../../base/server/embedded-postgres/initialize-cluster.ts'
import { databaseUrl, socketDirectoryFor } from '../../base/server/embedded-postgres/socket-directory.ts'
import { openJournal } from '../../base/server/journal/journal.ts'
import { removeSegments } from '../../features/websh/server/recording/removal/remove-segments.ts'
import { type Product, signIn, startProduct } from '../product.ts'
import { axeViolations, cutText } from './look.ts'
import { browserPath, enter, shoot, type Visitor, visit, type World } from './start.ts'

/** A recording segments were removed from, in the real console. Whoever decides what is kept calls the function that is called here. */
const directory = mkdtempSync(join(tmpdir(), 'annals-removed-'))
const data = join(directory, 'data')
const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel']
const FIRST_MILLISECONDS = 900
const quiet = { info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} }
let product: Product
let browser: Browser
let owner: Visitor
let id = ''
let world: World

beforeAll(async () => {
  product = await startProduct(data)
  browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  world = { product, browser, admin: await signIn(product.url), [Symbol.asyncDispose]: async () => {} }
  owner = await visit(world)
  id = await brought()
  await remove([4, 5, 6])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  onTestFailed(() => shoot(owner.page, 'failed-removed').catch(() => {}))
})

/** Every 12 seconds a command is run. */
async function brought(): Promise<string> {
  const lines: unknown[] = [{ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 }]
  lines.push([FIRST_MILLISECONDS / 1000, 'o', '$ '])
  for (const [index, word] of WORDS.entries()) {
    const at = 1 + index * 12
    for (const [place, key] of [...`echo ${word}`].entries())
      lines.push([at + place / 10, 'i', key], [at + place / 10 + 0.01, 'o', key])
    lines.push([at + 2, 'i', '\r'], [at + 2.01, 'o', `\r\nsaid-${word}\r\n$ `])
  }
  const answer = await fetch(`${product.url}/api/recording.import?title=a+drill`, {
    method: 'POST',
    headers: { cookie: world.admin.cookie, 'content-type': 'application/x-asciicast' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  })
  return ((await answer.json()) as { id: string }).id
}

/** Again until nothing works on the recording any more. */
async function remove(segments: readonly number[]): Promise<void> {
  const url = databaseUrl(socketDirectoryFor(data), superuser, 'annals')
  await using database = openDatabase({ url })
  // The server seals; this one only writes what is to be sealed.
  await using journal = await openJournal({ url, keysDirectory: join(data, 'keys'), log: quiet })
  for (;;) {
    const found = await removeSegments(
      {
        db: database.db,
        blobs: fileBlobStore(join(data, 'blobs')),
        bus: { publish: () => {} } as never,
        writeEntries: (tx, entries) => journal.recordAll(tx, entries),
        sealSoon: () => {},
        now: () => new Date(),
      },
      {
        ...{ terminalId: id, segments, why: 'kept for 90 days' },
        actor: { id: '00000000-0000-0000-0000-000000000001', name: 'Retention', kind: 'system' },
      },
    ).catch((error: { code?: string }) => {
      if (error.code !== 'recording.not_settled') throw error
    })
    if (found) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const slider = () => owner.page.getByRole('slider', { name: 'Position' })
const gone = () => owner.page.locator('.screen-gone')

describe('a recording segments were removed from', () => {
  test('opens where there is something to see, and not on a black screen, and begins at 0 all the same', async () => {
    const { page } = owner
    await enter(owner, `/audit/websh/${id}`)
    const screen = page.locator('.screen-text')
    await screen.filter({ hasText: '$' }).waitFor({ state: 'attached' })
    expect(await slider().getAttribute('aria-valuenow')).toBe('1')
    await shoot(page, 'replay-opened-light')
    await slider().focus()
    await page.keyboard.press('Home')
    await screen.filter({ hasNotText: '$' }).waitFor({ state: 'attached' })
    expect(await slider().getAttribute('aria-valuenow')).toBe('0')
    expect(new URL(page.url()).searchParams.has('t')).toBe(false)
  })

  test('says in their place since when and why, and that the journal knows them', async () => {
    const { page } = owner
    await page.goto(`/audit/websh/${id}?t=30`)
    await gone().filter({ hasText: 'kept for 90 days' }).waitFor()
    await gone().filter({ hasText: 'hashes of segments 4 to 6 stay in the journal' }).waitFor()
    expect(await slider().getAttribute('aria-valuetext')).toContain('removed, nothing is kept here')
    await page.locator('.scrub-track .gone').waitFor()
    await page.locator('.replay-meta').getByText('Partly removed').waitFor()
    await page.getByRole('button', { name: 'Check all' }).click()
    await page
      .locator('.scrub-words')
      .filter({ hasText: /segments verified in this browser · 3 removed, hashes kept/ })
      .waitFor()
    await page.getByRole('button', { name: 'Check all' }).waitFor({ state: 'detached' })
    expect(await page.locator('.scrub-words').textContent()).not.toContain('does not match')
    expect(await page.locator('.scrub-proof .removed').count()).toBe(3)
    await shoot(page, 'replay-removed-light')
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
  })

  test('is passed over by playing and by keys, and goes on behind them on an empty screen', async () => {
    const { page } = owner
    await slider().focus()
    await page.keyboard.press('Home')
    await gone().waitFor({ state: 'detached' })
    for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowRight')
    await gone().waitFor()
    await page.keyboard.press('Space')
    await gone().waitFor({ state: 'detached' })
    await page.keyboard.press('Space')
    await page.locator('.screen-text').filter({ hasNotText: 'said-bravo' }).waitFor({ state: 'attached' })
  })

  test('still lists what was run there, and finds only what is left', async () => {
    const { page } = owner
    const commands = page.locator('.replay-side .cmdlist li')
    await commands.filter({ hasText: 'cannot be replayed' }).first().waitFor()
    expect(await commands.count()).toBe(WORDS.length)
    await commands.filter({ hasText: 'cannot be replayed' }).first().click()
    await gone().waitFor()
    await page.getByLabel('Search what was on screen').fill('said-')
    await page.getByText('Not all searched').filter({ hasText: 'its bytes were removed' }).waitFor()
    await page.locator('.cmdlist.hits').getByText('said-hotel').waitFor()
    expect(await page.locator('.cmdlist.hits').getByText('said-charlie').count()).toBe(0)
  })

  test('opens at the first hit where the address names a text and no moment', async () => {
    const { page } = owner
    await page.goto(`/audit/websh/${id}?find=said-foxtrot`)
    await page.waitForURL(({ searchParams }) => Number(searchParams.get('t')) > 60)
    await page.locator('.screen-text').filter({ hasText: 'said-foxtrot' }).waitFor({ state: 'attached' })
  })

  test('holds at 390 pixels and in the dark', async () => {
    for (const [name, how] of [
      ['dark', { scheme: 'dark' }],
      ['390', { width: 390, height: 844 }],
      ['390-dark', { scheme: 'dark', width: 390, height: 844 }],
    ] as const) {
      const visitor = await visit(world, how)
      await enter(visitor, `/audit/websh/${id}?t=30`)
      await visitor.page.locator('.screen-gone').waitFor()
      await visitor.page.locator('.scrub-track .gone').waitFor()
      await shoot(visitor.page, `replay-removed-${name}`)
      expect(await axeViolations(visitor.page)).toEqual([])
      expect(await cutText(visitor.page)).toEqual([])
      await visitor.context.close()
    }
  })

  test('says when nothing of it is left, and still gives its hashes as evidence', async () => {
    const { page } = owner
    await remove(Array.from({ length: 8 }, (_, no) => no))
    const { items } = await world.admin.ask('recording.segments', { id })
    await remove(items.map(({ no }: { no: number }) => no))
    await page.goto(`/audit/websh/${id}`)
    await page.getByText('The recording was removed').waitFor()
    await page.getByText('kept for 90 days').first().waitFor()
    await page.getByRole('button', { name: 'Export' }).waitFor()
    await shoot(page, 'replay-removed-whole-light')
    expect(await axeViolations(page)).toEqual([])
    expect(owner.complaints).toEqual([])
  })
})
