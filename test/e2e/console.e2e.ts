import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { signIn } from '../product.ts'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const line = 'id; echo out; echo err >&2; exit 3'
const memberPassword = 'a member of a test product'
/** Every kind of text that could act: bidi, escape sequences, markup, a title, a screen wipe. */
const hostile =
  'printf "\\033[31mred\\033[0m \\342\\200\\256bidi \\033]0;owned\\007\\033[2J<img src=x onerror=alert(1)>\\n"'

let world: World
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  admin = await visit(world)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'failed').catch(() => {}))
})

const row = (visitor: Visitor, text: string) => visitor.page.locator('.row', { hasText: text })

async function run(visitor: Visitor, words: string) {
  const { page } = visitor
  await page.goto('/run')
  await page.locator('.run').getByRole('combobox', { name: 'Servers' }).click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  await page.getByLabel('Line', { exact: true }).fill(words)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.waitForURL(/\/commands\?open=/)
}

describe('an administrator', () => {
  test('is asked to sign in first, and then sees the page that was wanted', async () => {
    await admin.page.goto('/commands?shell=system')
    await admin.page.waitForURL(/\/sign-in/)
    expect(await axeViolations(admin.page)).toEqual([])
    await shoot(admin.page, 'sign-in-light')
    await enter(admin, '/commands?shell=system')
    expect(new URL(admin.page.url()).search).toBe('?shell=system')
    expect(await admin.page.locator('.head h1').textContent()).toBe('Commands')
  })

  test('runs a command on this machine and watches the row end Failed, with both streams and exit code 3', async () => {
    await run(admin, line)
    const { page } = admin
    await row(admin, line).getByText('Failed').waitFor()
    const sheet = page.locator('.sheet')
    await sheet.getByText(/uid=\d+/).waitFor()
    await sheet.getByText('out', { exact: true }).waitFor()
    const spoken = sheet.locator('.log-line', { hasText: 'err' }).last()
    expect(await spoken.locator('.log-stream').textContent()).toBe('err')
    const facts = page.locator('.detail-side .facts')
    expect(await facts.locator('div', { hasText: 'Exit code' }).locator('dd').textContent()).toBe('3')
    expect(await row(admin, line).locator('.num').allTextContents()).not.toContain('–')
    expect(await page.locator('.steps').textContent()).toMatch(/Submitted.*Failed/)
    // One stream alone, then both again.
    await sheet.getByText('stderr', { exact: true }).click()
    expect(await sheet.locator('.log-line').count()).toBe(1)
    await sheet.getByText('Both', { exact: true }).click()
  })

  test('sees the row proven in the browser', async () => {
    const { page } = admin
    await page.locator('.sealmark', { hasText: 'verified' }).click()
    await page.getByText('This row is in the record, unchanged').waitFor()
    await shoot(page, 'proof-light')
    expect(await axeViolations(page)).toEqual([])
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the proof' }).click()
    expect((await download).suggestedFilename()).toMatch(/^annals-proof-\d+\.json$/)
    await page.keyboard.press('Escape')
  })

  test('sees the record verify, by a signature, an extension and the newest entries', async () => {
    const { page } = admin
    await page.goto('/verify')
    await page.locator('[data-verdict="ok"]').waitFor()
    expect(await page.locator('.verify-checks li', { hasText: 'holds' }).count()).toBe(3)
    await row(admin, 'command.finished').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await shoot(page, 'verify-light')
  })

  test('sees a running command go on live, stops it, and finds it ended', async () => {
    await run(admin, 'for i in 1 2 3 4 5 6 7 8 9; do echo tick $i; sleep 1; done')
    const { page } = admin
    await page.locator('.logtext').getByText('tick 2').waitFor()
    await page.getByRole('button', { name: 'Stop the command' }).click()
    await row(admin, 'tick').getByText('Failed').waitFor()
  })

  test('sees a command that someone else ran wait behind a pill, and lets it in', async () => {
    const { page } = admin
    await page.goto('/commands?shell=system')
    await row(admin, line).first().waitFor()
    const { items } = await world.admin.ask('server.list')
    // Until the page follows, a row may still be part of what it reads first.
    await page.waitForLoadState('networkidle')
    await world.admin.tell('command.submit', { serverIds: [items[0].id], line: 'echo from afar' })
    await page.locator('.pill', { hasText: '1 new' }).waitFor()
    expect(await row(admin, 'echo from afar').count()).toBe(0)
    await page.keyboard.press('.')
    await row(admin, 'echo from afar').getByText('Success').waitFor()
  })

  test('sees hostile output and a hostile line as what they are, and nothing of them acts', async () => {
    await run(admin, `${hostile} # \u202e`)
    const { page } = admin
    await page.locator('.sheet .ink-1', { hasText: 'red' }).waitFor()
    const output = page.locator('.logtext')
    expect(await output.locator('.hidden-char').allTextContents()).toEqual(['U+202E', '␛', '␇', '␛'])
    expect(await output.textContent()).toContain('<img src=x onerror=alert(1)>')
    expect(await page.locator('main img').count()).toBe(0)
    expect(await row(admin, 'onerror').first().locator('.hidden-char').allTextContents()).toContain('U+202E')
    expect(await page.title()).toContain('Commands')
    await shoot(page, 'hostile-light')
  })

  test('makes a person, is told at the field what is wrong, and shows the one command that enrols a machine', async () => {
    const { page } = admin
    await page.goto('/people?new=person')
    await page.getByLabel('Name', { exact: true }).fill('Jonas Weber')
    await page.getByLabel('Username').fill('jonas')
    await page.getByLabel('First password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Add the person' }).click()
    await page.getByText(/^Use at least/).waitFor()
    await page.getByLabel('First password', { exact: true }).fill(memberPassword)
    await page.getByRole('button', { name: 'Add the person' }).click()
    await row(admin, 'Jonas Weber').waitFor()
    await page.goto('/servers?enrol=yes')
    await page.getByLabel('Name of the token').fill('edge')
    await page.getByRole('button', { name: 'Make the command' }).click()
    await page.getByText('Waiting for the machine').waitFor()
    expect(await page.locator('.paste code').textContent()).toContain(world.product.url)
  })

  test('had nothing to complain about', () => {
    // A password that was refused on purpose is the one thing the browser notes itself.
    expect(admin.complaints.filter((text) => !text.includes('status of 400'))).toEqual([])
  })
})

describe('a member', () => {
  test('sees no row of others, and is told so where a page is not theirs', async () => {
    const member = await visit(world, { scheme: 'dark' })
    const { page } = member
    await enter(member, '/commands', 'jonas', memberPassword)
    await page.getByRole('heading', { name: 'My commands' }).waitFor()
    await page.getByText('No commands yet').waitFor()
    expect(await page.getByRole('link', { name: 'People and tokens' }).count()).toBe(0)

    await page.goto('/people')
    await page.getByText('People and groups are for administrators').waitFor()
    await page.getByText('This attempt is in the record').waitFor()
    await shoot(page, 'denied-dark')
    expect(await axeViolations(page)).toEqual([])
    const { items } = await world.admin.ask('journal.entries', { limit: '1000' })
    expect(items.filter(({ kind }: { kind: string }) => kind === 'page.denied')).toHaveLength(1)

    // A command of someone else and a command that never was look the same.
    const others = await world.admin.ask('command.list', { limit: '1' })
    await page.goto(`/commands/${others.items[0].id}`)
    await page.getByText('Nothing is at this address').waitFor()
    expect(member.complaints.filter((text) => !text.includes('status of 404'))).toEqual([])
  })

  test('promoted while looking, gets the pages of an administrator without a reload', async () => {
    const member = await visit(world)
    await enter(member, '/commands', 'jonas', memberPassword)
    const jonas = await signIn(world.product.url, 'jonas', memberPassword)
    const { id } = await jonas.ask('auth.me')
    await world.admin.tell('person.set-role', { id, role: 'auditor' })
    await member.page.getByRole('heading', { name: 'Commands', exact: true }).waitFor()
    await row(member, line).first().waitFor()
    expect(await member.page.getByRole('link', { name: 'Run a command' }).count()).toBe(0)
    expect(member.complaints).toEqual([])
  })
})

describe('every page', () => {
  const paths = ['/commands', '/servers', '/servers/tokens', '/run', '/people', '/verify', '/nowhere']
  test.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
    ['dark', 320, 640],
  ] as const)('fits, %s and %i wide, and axe finds nothing', async (scheme, width, height) => {
    const visitor = await visit(world, { scheme, width, height })
    const { page } = visitor
    await enter(visitor, '/commands')
    for (const path of paths) {
      await page.goto(path)
      await page.locator('.head h1').waitFor()
      await page.locator('main [aria-busy=true]').first().waitFor({ state: 'hidden' })
      if (path === '/commands') {
        await page.locator('.row').nth(1).getByRole('button').first().click()
        await page.locator('.sealmark').waitFor()
      }
      await shoot(page, `${path.slice(1).replaceAll('/', '-')}-${width}-${scheme}`)
      expect.soft(await cutText(page), path).toEqual([])
      expect.soft(await axeViolations(page), path).toEqual([])
      if (path !== '/run') continue
      await page.getByRole('combobox', { name: 'Servers' }).click()
      await page.getByRole('option').first().hover()
      await page.waitForFunction(
        "getComputedStyle(document.querySelector('.mantine-MultiSelect-dropdown')).opacity === '1'",
      )
      expect.soft(await axeViolations(page), 'the choices of servers').toEqual([])
      await page.keyboard.press('Escape')
    }
    expect(visitor.complaints).toEqual([])
    await visitor.context.close()
  })
})
