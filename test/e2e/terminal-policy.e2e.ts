import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { axeViolations, cutText } from './look.ts'
import { enter, keepSockets, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const memberPassword = 'a member of a test product'

let world: World
let admin: Visitor
let owner: Visitor
let terminalId = ''

beforeAll(async () => {
  world = await startWorld()
  const { items: servers } = await world.admin.ask('server.list')
  const olga = await world.admin.tell('person.create', {
    username: 'olga',
    name: 'Olga Owner',
    role: 'member',
    password: memberPassword,
  })
  const group = await world.admin.tell('group.create', { name: 'Payments' })
  await world.admin.tell('group.set-members', { id: group.id, personIds: [olga.id] })
  await world.admin.tell('server.set-groups', { id: servers[0].id, groupIds: [group.id] })
  admin = await visit(world)
  owner = await visit(world)
  await owner.page.addInitScript(keepSockets)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(async () => {
    await shoot(owner.page, 'failed-policy-owner').catch(() => {})
    await shoot(admin.page, 'failed-policy-admin').catch(() => {})
  })
})

const shows = (page: Page, text: string | RegExp) =>
  page.locator('.screen-text').filter({ hasText: text }).waitFor({ state: 'attached' })

async function type(page: Page, text: string) {
  await page.locator('.live-box textarea').focus()
  await page.keyboard.type(text)
}

/** As if the server had said it. */
const hears = (page: Page, message: object) =>
  page.evaluate(
    (text) =>
      (globalThis as unknown as { attached: WebSocket[] }).attached
        .at(-1)!
        .dispatchEvent(new MessageEvent('message', { data: text })),
    JSON.stringify(message),
  )

async function openTerminal(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Open a terminal' }).first().click()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.waitForURL(/\/terminals\/[0-9a-f-]{36}/)
  return new URL(page.url()).pathname.split('/').at(-1)!
}

const surprises = ({ complaints }: Visitor) => complaints.filter((text) => !/status of 40[0134]/.test(text))

describe('the policy of terminals', () => {
  test('is refused at the field that is wrong, saved, and there after a reload', async () => {
    const { page } = admin
    await enter(admin, '/settings/terminals')
    const save = page.getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('Typed text that is not kept').fill('(unclosed')
    await save.click()
    await page.locator('.mantine-InputWrapper-error').waitFor()
    await page.getByLabel('Typed text that is not kept').fill('tok_[a-z]+')
    await page.getByRole('switch', { name: 'Strict recording' }).click()
    await page.getByLabel('Close after minutes without a key').fill('1')
    await save.click()
    await page.getByText('Saved.').waitFor()
    await page.reload()
    await page.getByLabel('Strict recording').waitFor()
    expect(await page.getByLabel('Strict recording').isChecked()).toBe(true)
    expect(await page.getByLabel('Close after minutes without a key').inputValue()).toBe('1')
    expect(await page.getByLabel('The terminal goes on, unrecorded').isDisabled()).toBe(true)
    expect(await page.getByLabel('Typed text that is not kept').inputValue()).toBe('tok_[a-z]+')
  })

  test('is told to whoever opens one: strict, and about to close until a key is typed', async () => {
    const { page } = owner
    // One that no slow machine closes in the middle of what follows; what is said before that is said in the server's place.
    await world.admin.tell('terminal.set-policy', { idleMinutes: 60 })
    await enter(owner, '/terminals', 'olga', memberPassword)
    const id = await openTerminal(page)
    await page.getByText('strict', { exact: true }).waitFor()
    const warning = page.getByText('Nobody has typed for long')
    await shows(page, /[$#] ?$/)
    await hears(page, { type: 'idle', seconds: 60 })
    await warning.waitFor()
    await shoot(page, 'terminal-idle-light')
    expect(await axeViolations(page)).toEqual([])
    await type(page, 'echo typed-$((40 + 2))\n')
    await shows(page, 'typed-42')
    await warning.waitFor({ state: 'detached' })
    await world.admin.tell('terminal.close', { id })
    await page.getByText('Closed by Administrator').waitFor()
  })

  test('says so in a red line when a recording breaks', async () => {
    const { page } = owner
    await page.goto('/terminals')
    terminalId = await openTerminal(page)
    await type(page, 'echo kept-$((40 + 2))\n')
    await shows(page, 'kept-42')
    const why = 'The recording of this terminal broke: what happens from here on is not kept.'
    await hears(page, { type: 'recording', broken: true, why })
    await page.getByRole('alert').getByText(why).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await shoot(page, 'terminal-broken-light')
    await page.reload()
    await shows(page, 'kept-42')
    expect(await page.getByText(why).count()).toBe(0)
  })
})

describe('a guest who may only look', () => {
  test('is told so, types into nothing, and is named to the owner', async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = (await page.locator('.secret-box code').textContent())!
    await page.getByRole('button', { name: 'Done' }).click()
    const guest = await visit(world, { width: 390, height: 844, scheme: 'dark' })
    await guest.page.goto(link)
    await guest.page.getByLabel('Your name').fill('Gil Guest')
    await guest.page.keyboard.press('Enter')
    await shows(guest.page, 'kept-42')
    await guest.page.getByText('what you type goes nowhere').waitFor()
    await guest.page.keyboard.type('echo by-a-guest\n')
    await type(page, 'echo by-the-owner\n')
    await shows(guest.page, /^by-the-owner/m)
    expect(await guest.page.locator('.screen-text').textContent()).not.toContain('by-a-guest')
    await shoot(guest.page, 'terminal-guest-dark-390')
    expect(await axeViolations(guest.page)).toEqual([])
    expect(await cutText(guest.page)).toEqual([])
    await page.getByText('2 here').click()
    await page.getByText('looks only').waitFor()
    await page.keyboard.press('Escape')
    expect(surprises(guest)).toEqual([])
    await guest.context.close()
  })
})

describe('an administrator', () => {
  test('closes it by force from the list, and its owner is told by whom it was', async () => {
    const { page } = admin
    await page.goto('/terminals')
    await page.locator('.row').getByRole('button', { name: 'Watch' }).first().click()
    await page.getByText('You watch the terminal of Olga Owner, who sees that you are here.').waitFor()
    await shows(page, 'by-the-owner')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText('Close the terminal of Olga Owner').waitFor()
    await page.getByRole('button', { name: 'Force it closed' }).click()
    await owner.page
      .getByText(/^Ended/)
      .first()
      .waitFor()
    await shoot(owner.page, 'terminal-forced-light')
    expect(await axeViolations(owner.page)).toEqual([])
    const { items } = await world.admin.ask('journal.entries', { limit: '1000' })
    expect(items.some(({ kind }: { kind: string }) => kind === 'terminal.close-requested')).toBe(true)
    expect(surprises(owner)).toEqual([])
  })
})

describe('the player', () => {
  const position = (page: Page) => page.getByRole('slider', { name: 'Position' })

  test('obeys its keys: frames, speed, idle, commands and hits', async () => {
    const { page } = admin
    await page.goto(`/audit/websh/${terminalId}`)
    await page.locator('.cmdlist').getByText('echo by-the-owner').waitFor()
    await position(page).focus()
    await page.keyboard.press('End')
    await shows(page, 'by-the-owner')
    await page.keyboard.press('4')
    await page.locator('.mantine-SegmentedControl-control[data-active]', { hasText: '4×' }).waitFor()
    const idle = page.getByLabel('Skip idle')
    const skipped = await idle.isChecked()
    await page.keyboard.press('s')
    expect(await idle.isChecked()).toBe(!skipped)
    await page.keyboard.press('/')
    await page.keyboard.type('kept-42')
    await page.getByText('moment on screen').or(page.getByText('moments on screen')).first().waitFor()
    await page.keyboard.press('Escape')
    await position(page).focus()
    await page.keyboard.press('Home')
    await page.waitForURL(({ searchParams }) => [null, '0'].includes(searchParams.get('t')))
    await page.keyboard.press('n')
    await page.waitForURL(({ searchParams }) => ![null, '0'].includes(searchParams.get('t')))
    await shows(page, 'kept-42')
    expect(await axeViolations(page)).toEqual([])
  })

  test('goes back one frame and forth again, and ends where it began', async () => {
    const { page } = admin
    const moment = () => new URL(page.url()).searchParams.get('t')
    const leads = (from: string | null) =>
      page.waitForURL(({ searchParams }) => searchParams.get('t') !== from)
    const hit = moment()
    await page.keyboard.press('.')
    await leads(hit)
    const standing = moment()
    await page.keyboard.press(',')
    await leads(standing)
    await page.keyboard.press('.')
    await page.waitForURL(({ searchParams }) => searchParams.get('t') === standing)
  })

  test('fills the screen and comes back', async () => {
    const { page } = admin
    await page.getByRole('button', { name: 'Full screen' }).click()
    await page.waitForFunction('document.fullscreenElement !== null')
    await shows(page, 'kept-42')
    await page.keyboard.press('f')
    await page.waitForFunction('document.fullscreenElement === null')
    expect(surprises(admin)).toEqual([])
  })
})
