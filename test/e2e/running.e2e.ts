import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

let world: World
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  admin = await visit(world)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'failed-running').catch(() => {}))
})

const row = (page: Page, text: string) => page.locator('.row', { hasText: text })

async function fillIn(page: Page, line: string) {
  await page.goto('/run')
  await page.locator('.run').getByRole('combobox', { name: 'Servers' }).click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  await page.getByLabel('Line', { exact: true }).fill(line)
}

describe('a command', () => {
  test('for a time of its own waits for it, is told apart by a filter, and can be cancelled', async () => {
    const { page } = admin
    await enter(admin, '/commands')
    await fillIn(page, 'echo at-its-time')
    await page.getByText('At a time', { exact: true }).click()
    await page.getByRole('button', { name: 'Schedule' }).click()
    await page.locator('.mantine-InputWrapper-error').waitFor()
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)
    await page.getByLabel(/^Time in/).fill(`${tomorrow}:00`)
    await page.getByRole('button', { name: 'Schedule' }).click()
    await page.waitForURL(/\/commands\?open=/)
    await row(page, 'echo at-its-time').getByText('Scheduled').waitFor()
    await page.locator('.detail').getByText('Due').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.goto('/commands?scheduled=true')
    await row(page, 'echo at-its-time').waitFor()
    expect(await page.locator('.row').count()).toBe(1)
  })

  test('after another runs when that one has succeeded, and its row says which', async () => {
    const { page } = admin
    await fillIn(page, 'echo after-it')
    await page.getByText('After another succeeded', { exact: true }).click()
    const picker = page.getByRole('combobox', { name: 'Command to wait for' })
    await picker.fill('at-its')
    await page.getByRole('option', { name: /echo at-its-time/ }).click()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForURL(/\/commands\?open=/)
    await row(page, 'echo after-it').getByText('Scheduled').waitFor()
    await page.getByText('Waiting for another command to succeed.').waitFor()
    await shoot(page, 'run-after-light')
    await page.goto('/commands?scheduled=true')
    await row(page, 'echo at-its-time').getByRole('button').first().click()
    await page.getByRole('button', { name: 'Cancel before it runs' }).click()
    await row(page, 'echo at-its-time').getByText('Cancelled').waitFor()
    await page.goto('/commands?text=after-it')
    await row(page, 'echo after-it').getByText('Cancelled').waitFor()
  })

  test('that prints much is shown from its head and its tail, with what lies between counted', async () => {
    const { page } = admin
    await fillIn(page, 'seq 400000')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForURL(/\/commands\?open=/)
    await row(page, 'seq 400000').getByText('Success').waitFor()
    await page.getByText(/lines shown · 2\.6 MB · nothing dropped/).waitFor()
    const text = page.locator('.logtext')
    await text.focus()
    await page.keyboard.press('End')
    await text.getByText('400000', { exact: true }).waitFor()
    expect(await text.locator('.log-number').last().textContent()).toBe('')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the output' }).click(),
    ])
    expect(await file.failure()).toBeNull()
  })
})

describe('a list', () => {
  test('says when it could not be read, with what to give whoever looks into it, and reads again', async () => {
    const { page } = admin
    await page.route('**/api/command.list*', (route) => route.abort(), { times: 8 })
    await page.goto('/commands?shell=system')
    await page.getByText('This list could not be read').waitFor()
    await shoot(page, 'read-error-light')
    expect(await axeViolations(page)).toEqual([])
    await page.unroute('**/api/command.list*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await row(page, 'seq 400000').waitFor()
  })

  test('leads to a row’s own page, which looks the same when it is the first one opened', async () => {
    const { items } = await world.admin.ask('command.list', { text: 'seq 400000', limit: '1' })
    const page = await admin.context.newPage()
    await page.goto(`/commands/${items[0].id}`)
    await page.locator('.sheet .steps').waitFor()
    const display = (selector: string) =>
      page.locator(selector).evaluate((part) => getComputedStyle(part).display)
    expect(await display('.sheet .steps')).toBe('flex')
    expect(await display('.detail-body')).toBe('grid')
    expect(await cutText(page)).toEqual([])
    await page.close()
  })

  test('is walked and opened by keys alone, and keeps its filters and its row over a reload', async () => {
    const { page } = admin
    await page.goto('/commands?shell=system')
    await row(page, 'seq 400000').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.detail .sealmark').waitFor()
    const address = page.url()
    expect(address).toContain('shell=system')
    expect(address).toContain('open=')
    await page.reload()
    await page.locator('.detail .sealmark').waitFor()
    expect(page.url()).toBe(address)
    await page.keyboard.press('Enter')
    await page.locator('.detail').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    await page.keyboard.type('no such line')
    await page.getByText('No command matches these filters').waitFor()
    expect(await cutText(page)).toEqual([])
  })
})

describe('a machine', () => {
  let agent: ChildProcess | undefined
  const directory = mkdtempSync(join(tmpdir(), 'annals-e2e-agent-'))
  afterAll(async () => {
    if (agent !== undefined && agent.exitCode === null) {
      const ended = new Promise((resolve) => agent?.once('exit', resolve))
      agent.kill('SIGTERM')
      await ended
    }
    rmSync(directory, { recursive: true, force: true })
  })

  test('appears in the dialog that showed its command, as it enrols', async () => {
    const { page } = admin
    await page.goto('/servers?enrol=yes')
    await page.getByLabel('Name of the token').fill('edge machines')
    await page.getByRole('button', { name: 'Make the command' }).click()
    const command = (await page.locator('.paste code').textContent())!
    const [, url, token] = command.match(/--url (\S+) --token (\S+)/)!
    await page.getByText('Waiting for the machine').waitFor()
    agent = spawn(
      process.execPath,
      ['apps/agent/main.ts', '--url', url!, '--token', token!, '--name', 'edge-01', '--data', directory],
      { cwd: new URL('../..', import.meta.url).pathname, stdio: 'ignore' },
    )
    const arrived = page.locator('.arrivals li', { hasText: 'edge-01' })
    await arrived.getByText('Connected').waitFor({ timeout: 60_000 })
    await shoot(page, 'enrol-arrived-light')
    expect(await axeViolations(page)).toEqual([])
    await arrived.getByRole('link', { name: 'edge-01' }).click()
    await page.waitForURL(/\/servers\?open=/)
    await page.locator('.detail .facts').first().waitFor()
  })
})

describe('a record that was tampered with', () => {
  test('is named on the Verify page and on every other', async () => {
    const liar = await visit(world)
    const { page } = liar
    await enter(liar, '/verify')
    await page.locator('[data-verdict="ok"]').waitFor()
    // A server that lies about its newest head: the same signature under another root.
    await page.route('**/api/journal.checkpoint*', async (route) => {
      const answer = await route.fetch()
      const json = await answer.json()
      const lines = json.note.split('\n')
      lines[2] = `${lines[2].startsWith('A') ? 'B' : 'A'}${lines[2].slice(1)}`
      await route.fulfill({ response: answer, json: { ...json, note: lines.join('\n') } })
    })
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.locator('[data-verdict="broken"]').waitFor()
    await shoot(page, 'verify-tampered-light')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'Commands', exact: true }).click()
    await page.locator('.broken-strip').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('.topbar').waitFor()
    await page.locator('.broken-strip').waitFor()
    await shoot(page, 'verify-tampered-390')
    expect(await cutText(page)).toEqual([])
    await liar.context.close()
  })

  test('is named on the row whose proof does not hold', async () => {
    const { page } = admin
    await page.goto('/commands?text=seq')
    await row(page, 'seq 400000').getByRole('button').first().click()
    await page.locator('.sealmark', { hasText: 'verified' }).click()
    await page.getByText('This row is in the record, unchanged').waitFor()
    // One character more than was sealed.
    await page.route('**/api/journal.proof*', async (route) => {
      const answer = await route.fetch()
      const json = await answer.json()
      await route.fulfill({ response: answer, json: { ...json, body: `${json.body} ` } })
    })
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.locator('.sealmark', { hasText: 'does not verify' }).waitFor()
    await page.getByText(/does not match its seal/).waitFor()
    expect(await page.getByText('This row is in the record, unchanged').count()).toBe(0)
    await shoot(page, 'proof-broken-light')
    const [evidence] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the evidence' }).click(),
    ])
    expect(evidence.suggestedFilename()).toMatch(/^annals-evidence-\d+\.json$/)
    expect(await axeViolations(page)).toEqual([])
    await page.unroute('**/api/journal.proof*')
    const surprises = admin.complaints.filter((text) => !/status of 40\d|ERR_FAILED/.test(text))
    expect(surprises).toEqual([])
  })
})
