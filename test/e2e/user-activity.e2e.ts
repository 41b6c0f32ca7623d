import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { signIn } from '../product.ts'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const memberPassword = 'a member of a test product'
const page = '/monitoring/user-activity'
let world: World
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  admin = await visit(world)
  for (const [username, name] of [
    ['mina', 'Mina Park'],
    ['diego', '=cmd Diego'],
  ])
    await world.admin.tell('person.create', { username, name, role: 'member', password: memberPassword })
  for (const username of ['mina', 'diego']) {
    const client = await signIn(world.product.url, username, memberPassword)
    await expect(client.tell('group.create', { name: 'Not theirs' })).rejects.toThrow()
  }
  await expect(signIn(world.product.url, 'mina', 'not her password')).rejects.toThrow()
  for (const name of ['Harbour', 'Airfield']) await world.admin.tell('group.create', { name })
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'user-activity-failed').catch(() => {}))
})

const card = (name: string, { page }: Visitor = admin) => page.getByRole('region', { name, exact: true })
const rows = ({ page }: Visitor = admin) =>
  page.getByRole('table', { name: /^(User|My) activity$/ }).locator('.line .row')
const search = () => new URL(admin.page.url()).searchParams

/** The bytes of what a menu item downloads. */
async function download(chart: string, item: string): Promise<Buffer> {
  await card(chart).getByLabel(`Download ${chart}`).click()
  const [file] = await Promise.all([
    admin.page.waitForEvent('download'),
    admin.page.getByRole('menuitem', { name: item }).click(),
  ])
  await admin.page.getByRole('menu').waitFor({ state: 'detached' })
  return readFileSync((await file.path())!)
}

describe('user activity', () => {
  test('draws what was done, says what it finds, and lists the requests under it', async () => {
    await enter(admin, page)
    for (const title of ['When people act', 'Over time', 'By action', 'By person', 'By server', 'Sign-ins'])
      await card(title).locator('[role=img]').waitFor()
    expect(await card('Sign-ins').locator('[role=img]').getAttribute('aria-label')).toMatch(
      /\d succeeded, 1 failed/,
    )
    expect(await card('By action').locator('[role=img]').getAttribute('aria-label')).toMatch(
      /has most: \d+ of \d+/,
    )
    await rows().filter({ hasText: 'Harbour' }).waitFor()
    expect(await axeViolations(admin.page)).toEqual([])
    expect(await cutText(admin.page)).toEqual([])
    await shoot(admin.page, 'user-activity-light')
  })

  test('a click on a bar leaves its rows, in an address that shows them again', async () => {
    await card('By person')
      .getByRole('button', { name: /^Mina Park: / })
      .click()
    await rows().filter({ hasText: 'Harbour' }).waitFor({ state: 'detached' })
    await rows().filter({ hasText: 'group.create' }).waitFor()
    expect(search().get('personId')).toMatch(/^[0-9a-f-]{36}$/)
    await admin.page.reload()
    await card('By person')
      .getByRole('button', { name: /^Mina Park: /, pressed: true })
      .waitFor()
    await rows().filter({ hasText: 'group.create' }).waitFor()
    expect(await rows().filter({ hasText: 'Harbour' }).count()).toBe(0)
    await card('By person')
      .getByRole('button', { name: /^Mina Park: / })
      .press('Enter')
    await rows().filter({ hasText: 'Harbour' }).waitFor()
    expect(search().get('personId')).toBeNull()
  })

  test('an hour of the heat map is reached and chosen by keyboard', async () => {
    const hours = card('When people act').getByRole('slider')
    await hours.focus()
    await hours.press('Home')
    expect(await hours.getAttribute('aria-valuetext')).toMatch(/^Monday 00:00, /)
    await hours.press('End')
    await hours.press('ArrowUp')
    expect(await hours.getAttribute('aria-valuetext')).toMatch(/^Saturday 23:00, /)
    // The hour that has all of it.
    for (
      let step = 0;
      step < 168 && / 0 requests/.test((await hours.getAttribute('aria-valuetext'))!);
      step++
    )
      await hours.press(step === 0 ? 'Home' : 'ArrowRight')
    await hours.press('Enter')
    await admin.page.getByText('Rows of').waitFor()
    await rows().filter({ hasText: 'Harbour' }).waitFor()
    const hour = Number(search().get('hour'))
    await admin.page.goto(`${page}?hour=${(hour + 84) % 168}`)
    await admin.page.getByText('Nothing matches these filters').waitFor()
    await admin.page.getByRole('button', { name: 'Show all of the range' }).click()
    await rows().filter({ hasText: 'Harbour' }).waitFor()
  })

  test('is read as a table, whose rows are buttons', async () => {
    const toggle = card('Over time').getByRole('button', { name: 'As a table' })
    await toggle.focus()
    await toggle.press('Enter')
    const table = card('Over time').getByRole('table')
    await table.getByRole('columnheader', { name: 'Failed' }).waitFor()
    await table.getByRole('button').last().press('Enter')
    await admin.page.getByText('Rows of').waitFor()
    expect(search().get('slot')).toContain('~')
    expect(await axeViolations(admin.page)).toEqual([])
    await toggle.press('Enter')
    await admin.page.getByRole('button', { name: 'Show all of the range' }).click()
  })

  test('gives its numbers and its picture away', async () => {
    const text = (await download('By person', 'Table (CSV)')).toString()
    expect(text).toMatch(/^\u{feff}Person,Succeeded,Failed\r\n/u)
    expect(text).toContain("\r\n'=cmd Diego,1,1\r\n")
    for (const chart of ['When people act', 'Over time', 'By action']) {
      const picture = await download(chart, 'Picture (PNG)')
      expect(picture.subarray(1, 4).toString()).toBe('PNG')
      expect(picture.readUInt32BE(16)).toBeGreaterThanOrEqual(800)
    }
  })

  test('goes on by itself, in rows and charts', async () => {
    await admin.page.goto(page)
    await rows().filter({ hasText: 'Harbour' }).waitFor()
    const created = card('By action').getByRole('button', { name: /^group\.delete: / })
    await admin.page.getByLabel('Follow').check({ force: true })
    expect(await created.count()).toBe(0)
    await world.admin.tell('group.create', { name: 'Lighthouse' })
    await rows().filter({ hasText: 'Lighthouse' }).waitFor()
    await card('By action')
      .getByRole('button', { name: /^group\.create: 5 requests, 2 failed/ })
      .waitFor()
  })

  test('every range is drawn, and one that is nonsense is the last 7 days', async () => {
    for (const date of ['1h', '24h', '30d', '90d', '1y', '2y', 'soon']) {
      await admin.page.goto(`${page}?date=${date}`)
      await card('Over time').locator('[role=img]').waitFor()
      expect(await card('Over time').locator('[role=img]').getAttribute('aria-label')).toMatch(
        /^\d+ requests, /,
      )
    }
    await admin.page.getByText('Last 7 days').waitFor()
    await admin.page.goto(`${page}?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z`)
    await card('Over time').getByText('Nothing in this range.').waitFor()
    expect(admin.complaints).toEqual([])
  })

  test('a member sees their own, and nobody to choose', async () => {
    const mina = await visit(world, { scheme: 'dark' })
    await enter(mina, page, 'mina', memberPassword)
    await card('Over time', mina).locator('[role=img]').waitFor()
    await rows(mina).filter({ hasText: 'group.create' }).waitFor()
    expect(await card('By person', mina).count()).toBe(0)
    expect(await mina.page.getByText('Administrator', { exact: true }).count()).toBe(0)
    expect(await axeViolations(mina.page)).toEqual([])
    await shoot(mina.page, 'user-activity-member-dark')
    expect(mina.complaints).toEqual([])
  })

  test('fits a phone, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const phone = await visit(world, { scheme, width: 390, height: 844 })
      await enter(phone, page)
      await card('Sign-ins', phone).locator('[role=img]').waitFor()
      expect(await cutText(phone.page)).toEqual([])
      expect(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(await axeViolations(phone.page)).toEqual([])
      await shoot(phone.page, `user-activity-phone-${scheme}`)
      await phone.page.locator('.m-button').first().click()
      await phone.page.locator('.detail .facts').first().waitFor()
      expect(phone.complaints).toEqual([])
    }
  })
})
