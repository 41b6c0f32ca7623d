import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { signIn } from '../product.ts'
import { axeViolations, cutText } from './look.ts'
import {
  enter,
  keepSockets,
  PATIENCE_MILLISECONDS,
  shoot,
  startWorld,
  type Visitor,
  visit,
  type World,
} from './start.ts'

const memberPassword = 'a member of a test product'
/** What would act in a careless emulator: links of other kinds, the clipboard, the title, the window, a flood of lines. */
const hostile =
  "printf '\\033]8;;javascript:alert(1)\\033\\\\evil\\033]8;;\\033\\\\ \\033]52;c;b3duZWQ=\\007\\033]0;owned\\007\\033[8;999;999t\\033[2000000000L\\033Pq#0;2;0;0;0~\\033\\\\still here\\n'"

let world: World
let owner: Visitor
let terminalId = ''
let link = ''

beforeAll(async () => {
  world = await startWorld()
  owner = await visit(world)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(owner.page, 'failed-terminal').catch(() => {}))
})

const screen = (page: Page) => page.locator('.screen-text')
const shows = (page: Page, text: string | RegExp) =>
  screen(page).filter({ hasText: text }).waitFor({ state: 'attached' })

async function type(page: Page, text: string) {
  await page.locator('.live-box textarea').focus()
  await page.keyboard.type(text)
}

/** Nothing a page has not foreseen: refusals are part of these stories, exceptions are not. */
const surprises = ({ complaints }: Visitor) => complaints.filter((text) => !/status of 40[134]/.test(text))

describe('a terminal', () => {
  test('opens on this machine, runs what is typed, and is listed as live', async () => {
    const { page } = owner
    await enter(owner, '/terminals')
    await page.getByText('No terminal is open').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Open a terminal' }).first().click()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.waitForURL(/\/terminals\/[0-9a-f-]{36}/)
    terminalId = new URL(page.url()).pathname.split('/').at(-1)!
    await page.getByText('Connected').waitFor()
    await shows(page, /[#$]/)
    await type(page, 'echo out-$((40 + 2))\n')
    await shows(page, 'out-42')
    await type(page, 'export KEPT=kept-over-a-closed-tab; (exit 7)\n')
    await shoot(page, 'terminal-light')
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
  })

  test('goes on when its tab is closed, and shows its screen to who comes back', async () => {
    await owner.page.close()
    owner.page = await owner.context.newPage()
    owner.page.setDefaultTimeout(PATIENCE_MILLISECONDS)
    const { page } = owner
    await page.addInitScript(keepSockets)
    await page.goto('/terminals')
    await page.locator('.row').getByRole('button', { name: 'Open', exact: true }).click()
    await shows(page, 'out-42')
    await type(page, 'echo $KEPT\n')
    await shows(page, /^kept-over-a-closed-tab/m)
  })

  test('comes back by itself when the connection breaks', async () => {
    const { page } = owner
    await page.evaluate(`attached.at(-1).close()`)
    await page.getByText('Reconnecting').waitFor()
    await page.getByText('The connection was lost at').waitFor()
    await page.getByText('Connected').waitFor()
    await type(page, 'echo still-there\n')
    await shows(page, /^still-there/m)
  })

  test('asks before it pastes several lines, and pastes them', async () => {
    const { page } = owner
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'echo first\\necho second\\u001b[201~\\n')
      document.querySelector('.live-box textarea')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })()`)
    await page.getByText('Paste 2 lines?').waitFor()
    await page.getByText('One control character is left out.').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Paste' }).click()
    await type(page, '\n')
    await shows(page, /^first/m)
    await shows(page, /^second/m)
  })

  test('lets nothing that is printed act', async () => {
    const { page } = owner
    await type(page, `${hostile}\n`)
    await shows(page, /evil\s+still here|still here$/m)
    expect(await page.title()).not.toContain('owned')
    expect(page.context().pages()).toHaveLength(1)
    await type(page, 'clear\n')
  })

  test('finds what is on its screen', async () => {
    const { page } = owner
    await type(page, 'seq 3 | sed s/^/needle-/\n')
    await shows(page, 'needle-3')
    await page.getByRole('button', { name: 'Find on this screen' }).click()
    await page.getByRole('textbox', { name: 'Find on this screen' }).fill('needle-2')
    await page.getByText('1 of 1').waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('others at a terminal', () => {
  let guest: Visitor

  test('come by a link with its password, see one terminal and nothing else, and are seen', async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('textbox', { name: 'Password' }).fill('let me in')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Make the link' }).click()
    link = (await page.locator('.secret-box code').textContent())!
    await page.getByRole('button', { name: 'Done' }).click()

    guest = await visit(world, { width: 390, height: 844 })
    await guest.page.goto(link)
    await guest.page.getByText('You are invited to a terminal').waitFor()
    expect(new URL(guest.page.url()).hash).toBe('')
    expect(await axeViolations(guest.page)).toEqual([])
    await guest.page.getByLabel('Your name').fill('Gus Guest')
    await guest.page.getByRole('button', { name: 'Join' }).click()
    const password = guest.page.getByRole('textbox', { name: 'Password of the link' })
    await password.fill('let me out')
    await guest.page.getByRole('button', { name: 'Join' }).click()
    await guest.page.getByText('That is not the password of this link.').waitFor()
    await password.fill('let me in')
    await guest.page.getByRole('button', { name: 'Join' }).click()
    await shows(guest.page, 'needle-3')
    await shoot(guest.page, 'terminal-guest-390')
    expect(await guest.page.locator('nav').count()).toBe(0)
    expect(await guest.page.evaluate(`fetch('/api/terminal.list').then((answer) => answer.status)`)).toBe(401)

    await page.getByText('2 here').click()
    await page.getByText('Gus Guest').first().waitFor()
    await page.keyboard.press('Escape')
    await type(page, 'echo seen-by-both\n')
    await shows(guest.page, /^seen-by-both/m)
  })

  test('have to leave within a moment when the share ends', async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'Shared' }).click()
    await page.getByRole('button', { name: 'End the share' }).click()
    await guest.page.getByText('Closed to you').waitFor()
    await page.getByText('Only you').waitFor()
    expect(surprises(guest)).toEqual([])
    await guest.context.close()
    const late = await visit(world)
    await late.page.goto(link)
    await late.page.getByLabel('Your name').fill('Late')
    await late.page.getByRole('button', { name: 'Join' }).click()
    await late.page.getByText(/This link is not valid/).waitFor()
    await late.context.close()
  })

  test('are told that a terminal of someone else is not there, unless they are administrators, who watch', async () => {
    await world.admin.tell('person.create', {
      username: 'mel',
      name: 'Mel Member',
      role: 'member',
      password: memberPassword,
    })
    await world.admin.tell('person.create', {
      username: 'ann',
      name: 'Ann Admin',
      role: 'admin',
      password: memberPassword,
    })
    const mel = await visit(world)
    await enter(mel, '/commands', 'mel', memberPassword)
    await mel.page.goto(`/terminals/${terminalId}`)
    await mel.page.getByText('Nothing is at this address').waitFor()
    await mel.context.close()
    const ann = await visit(world)
    await enter(ann, `/terminals/${terminalId}`, 'ann', memberPassword)
    await ann.page.getByText('You watch the terminal of').waitFor()
    await shows(ann.page, /seen-by-both/)
    await owner.page.getByText('2 here').click()
    await owner.page.getByText('Ann Admin').first().waitFor()
    await owner.page.keyboard.press('Escape')
    await ann.page.keyboard.type('echo by-a-watcher\n')
    await type(owner.page, 'echo by-the-owner\n')
    await shows(ann.page, /^by-the-owner/m)
    expect(await screen(ann.page).textContent()).not.toContain('by-a-watcher')
    await ann.context.close()
  })
})

describe('a recording', () => {
  test('is followed while it goes on', async () => {
    const { page, context } = owner
    const second = await context.newPage()
    second.setDefaultTimeout(PATIENCE_MILLISECONDS)
    await second.goto(`/audit/websh/${terminalId}`)
    await second.getByRole('button', { name: 'Live', exact: true }).click()
    await shows(second, 'by-the-owner')
    await type(page, 'echo spliced-in\n')
    await shows(second, /^spliced-in/m)
    await second.close()
  })

  test('ends with its terminal, which is closed by its owner', async () => {
    const { page } = owner
    await type(page, 'read -s -p "Secret: " it\n')
    await shows(page, 'Secret: ')
    await page.keyboard.type('hunter2hunter2', { delay: 20 })
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Close it' }).click()
    await page
      .getByText(/^Ended/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Replay it' }).click()
    await page.waitForURL(/\/audit\/websh\//)
  })

  test('replays by command, verifies in the browser, and shows no typed secret', async () => {
    const { page } = owner
    await page.locator('.replay-side .cmdlist').getByText('echo $KEPT').waitFor()
    await page.getByText('still being worked out').waitFor({ state: 'detached' })
    await page.locator('.replay-side .cmdlist').getByText('read -s').click()
    await page
      .getByText(/1[45] keys not shown/)
      .waitFor({ timeout: 5000 })
      .catch(async () => {
        await page.keyboard.press('ArrowRight')
        await page.getByText(/keys not shown/).waitFor()
      })
    await page.locator('.replay-side .cmdlist').getByText('seq 3').click()
    await page.keyboard.press('.')
    await page.keyboard.press('Space')
    await shows(page, 'needle-3')
    await page.keyboard.press('Space')
    const all = page.getByRole('button', { name: 'Check all' })
    if ((await all.count()) > 0) await all.click()
    await page
      .locator('.scrub-words')
      .filter({ hasText: /(\d+) of \1 segments/ })
      .waitFor()
    await shoot(page, 'replay-light')
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
  })

  test('opens at the moment an address names', async () => {
    const { page } = owner
    const slider = page.getByRole('slider', { name: 'Position' })
    await slider.focus()
    await page.keyboard.press('Home')
    expect(await slider.getAttribute('aria-valuenow')).toBe('0')
    await page.keyboard.press('Shift+ArrowRight')
    const at = await slider.getAttribute('aria-valuenow')
    await page.waitForURL(({ searchParams }) => Math.round(Number(searchParams.get('t'))) === Number(at))
    await page.reload()
    await page.locator(`[role=slider][aria-valuenow="${at}"]`).waitFor()
  })

  test('is searched for what was on its screen, alone and among all', async () => {
    const { page } = owner
    await page.goto(`/audit/websh/search?text=${encodeURIComponent('needle-2')}`)
    await page.locator('.found', { hasText: 'needle-2' }).first().click()
    await page.waitForURL(/find=needle-2/)
    await page.getByText('moment on screen').or(page.getByText('moments on screen')).first().waitFor()
    await shows(page, 'needle-2')
    await page.goto('/audit/websh/search?text=hunter2hunter2')
    await page.getByText('No terminal showed this').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.goto('/audit/websh/commands?text=seq')
    await page.locator('.found', { hasText: 'seq 3' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  test('is exported, and imported again as a recording of elsewhere', async () => {
    const { page } = owner
    await page.goto(`/audit/websh/${terminalId}`)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'asciicast 3' }).click(),
    ])
    const path = await file.path()
    expect(readFileSync(path, 'utf8').split('\n')[0]).toContain('"version":3')
    await page.goto('/audit/websh')
    await page.getByRole('button', { name: 'Import a recording' }).click()
    await page.locator('input[type=file]').setInputFiles({
      name: 'broken.cast',
      mimeType: 'application/x-asciicast',
      buffer: Buffer.from('{"version": 3, "term": {"cols": 80, "rows": 24}}\nnot a line\n'),
    })
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.locator('.form-error').filter({ hasText: /line/i }).waitFor()
    await page.locator('input[type=file]').setInputFiles({
      name: 'from elsewhere.cast',
      mimeType: 'application/x-asciicast',
      buffer: readFileSync(path),
    })
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.waitForURL(/\/audit\/websh\/[0-9a-f-]{36}/)
    await page.getByRole('slider', { name: 'Position' }).focus()
    await page.keyboard.press('End')
    await shows(page, /Secret:/)
  })

  test('is a row of Websh that opens to how it was reached and who was there', async () => {
    const { page } = owner
    await page.goto(`/audit/websh?open=${terminalId}`)
    await page.locator('.viewers').getByText('Gus Guest').first().waitFor()
    await page.locator('.viewers').getByText('Ann Admin').first().waitFor()
    await page.locator('.sealmark', { hasText: 'verified' }).first().waitFor()
    await shoot(page, 'websh-light')
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
    expect(surprises(owner)).toEqual([])
  })
})

describe('these pages', () => {
  test('hold at 390 pixels and in the dark', async () => {
    for (const how of [{ width: 390, height: 844 }, { scheme: 'dark' }] as const) {
      const visitor = await visit(world, how)
      const { page } = visitor
      const name = 'width' in how ? '390' : 'dark'
      await enter(visitor, '/terminals')
      for (const [path, shot, ready] of [
        ['/terminals', 'terminals', '.head h1'],
        ['/audit/websh', 'websh', '.row'],
        [`/audit/websh/${terminalId}`, 'replay', '.scrub'],
        [`/audit/websh/${terminalId}?tab=record`, 'record', '.cmdlist li'],
        ['/audit/websh/search?text=needle', 'seen', '.found'],
        ['/audit/websh/commands', 'run', '.found'],
        ['/settings/terminals', 'policy', '.settings-section'],
      ] as const) {
        await page.goto(path)
        await page.locator(ready).first().waitFor()
        await page.waitForLoadState('networkidle')
        await shoot(page, `${shot}-${name}`)
        expect([path, ...(await axeViolations(page))]).toEqual([path])
        expect([path, ...(await cutText(page))]).toEqual([path])
      }
      expect(surprises(visitor)).toEqual([])
      await visitor.context.close()
    }
  })

  test('answer a member about another’s recording as about none', async () => {
    const mel = await signIn(world.product.url, 'mel', memberPassword)
    const refused = async (id: string) =>
      mel.ask('recording.frame', { id, milliseconds: '0' }).catch((error: Error) => error.message)
    expect(await refused(terminalId)).toBe(await refused('01900000-0000-7000-8000-000000000000'))
  })
})
