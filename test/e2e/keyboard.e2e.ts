import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import { adminPassword } from '../product.ts'
import { shoot, startWorld, type Visitor, visit, type World } from './start.ts'

let world: World
let visitor: Visitor

beforeAll(async () => {
  world = await startWorld()
  visitor = await visit(world)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(visitor.page, 'failed-keyboard').catch(() => {}))
})

const TABS_MAX = 120
const isFocused = (target: Locator) =>
  target.evaluate((element) => element === document.activeElement).catch(() => false)

/** Goes on with Tab until something has the focus, and asks that this can be seen. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor({ state: 'attached' })
  for (let tabs = 0; tabs < TABS_MAX && !(await isFocused(target)); tabs++) await page.keyboard.press(key)
  expect(await isFocused(target), `${target} is not reached by ${key}`).toBe(true)
  const ring = await target.evaluate((element) => {
    const around = [element, element.parentElement!, element.parentElement!.parentElement!].map((each) =>
      getComputedStyle(each),
    )
    return around.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none')
      ? 'seen'
      : getComputedStyle(element).borderColor
  })
  // A field says by its border that it is being written in.
  expect(ring, `${target} does not show its focus`).not.toBe('rgba(0, 0, 0, 0)')
}

async function typeInTerminal(page: Page, text: string) {
  await page.locator('.live-box textarea').waitFor({ state: 'attached' })
  expect(await isFocused(page.locator('.live-box textarea'))).toBe(true)
  await page.keyboard.type(text)
}

test('one signs in, runs a command, finds it in the record and verifies it without a pointer', async () => {
  const { page } = visitor
  await page.goto('/run')
  await tabTo(page, page.getByLabel('Username'))
  await page.keyboard.type('admin')
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(adminPassword)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Run a command' }).waitFor()
  await tabTo(page, page.locator('.run').getByRole('combobox', { name: 'Servers' }))
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await tabTo(page, page.getByLabel('Line', { exact: true }))
  await page.keyboard.type('echo by-keys-alone')
  await tabTo(page, page.getByRole('button', { name: 'Run', exact: true }))
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/commands\?open=/)
  // Found again by its words.
  await page.locator('.row', { hasText: 'by-keys-alone' }).first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('by-keys')
  await page.keyboard.press('Enter')
  await page.waitForURL(/text=by-keys/)
  const row = page.locator('.row', { hasText: 'by-keys-alone' }).first()
  await row.getByText('Success').waitFor()
  // Once one went on to a row, Enter is for the row and not for the filter that was looked at before.
  const wasOpen = page.url().includes('open=')
  const toggled = (url: URL) => url.search.includes('open=') !== wasOpen
  await tabTo(page, page.getByRole('button', { name: 'Shell', exact: true }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'internal' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('option', { name: 'internal' }).waitFor({ state: 'hidden' })
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(toggled)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !toggled(url))
  const seal = page.locator('.sealmark', { hasText: 'verified' })
  await tabTo(page, seal)
  await page.keyboard.press('Enter')
  await page.getByText('This row is in the record, unchanged').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('This row is in the record, unchanged').waitFor({ state: 'hidden' })
  expect(await isFocused(seal)).toBe(true)
})

test('one opens a terminal, shares and closes it, replays it and searches it without a pointer', async () => {
  const { page } = visitor
  await page.goto('/terminals')
  await tabTo(page, page.getByRole('button', { name: 'Open a terminal' }).first())
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Open', exact: true }))
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/terminals\/[0-9a-f-]{36}/)
  await page.getByText('Connected').waitFor()
  await typeInTerminal(page, 'echo keys-and-$((6 * 7))\n')
  await page.locator('.screen-text').filter({ hasText: 'keys-and-42' }).waitFor({ state: 'attached' })
  // Tab belongs to the shell; this leads out of it.
  await page.keyboard.press('Control+Shift+X')
  expect(await isFocused(page.locator('.live-box textarea'))).toBe(false)
  await tabTo(page, page.getByRole('button', { name: 'Share' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Make the link' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Done' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Close', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Close it' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Replay it' }))
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/audit\/websh\//)
  await page.getByRole('slider', { name: 'Position' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('keys-and-42')
  await page.keyboard.press('Enter')
  await page
    .getByText(/moments? on screen/)
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.screen-text').filter({ hasText: 'keys-and-42' }).waitFor({ state: 'attached' })
  expect(visitor.complaints).toEqual([])
})
