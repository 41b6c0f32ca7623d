import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { signIn } from '../product.ts'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const memberPassword = 'a member of a test product'
let world: World
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  admin = await visit(world)
  await world.admin.tell('person.create', {
    username: 'mina',
    name: 'Mina Park',
    role: 'member',
    password: memberPassword,
  })
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'activity-failed').catch(() => {}))
})

const row = (text: string | RegExp) => admin.page.locator('.row', { hasText: text })

describe('the activity log', () => {
  test('shows who signed in and what was done, sealed, without a reload', async () => {
    await enter(admin, '/governance/activity')
    await row('person.create').waitFor()
    expect(await axeViolations(admin.page)).toEqual([])
    await admin.page.getByLabel('Follow').check({ force: true })
    await world.admin.tell('group.create', { name: 'Harbour' })
    await row('Created the group Harbour').waitFor()
  })

  test('shows the visit of a member who was denied, and what else they were refused', async () => {
    const mina = await visit(world)
    await enter(mina, '/governance/approvals', 'mina', memberPassword)
    await mina.page.getByText('This attempt is in the record').waitFor()
    await row('/governance/approvals').getByText('403').waitFor()
    const client = await signIn(world.product.url, 'mina', memberPassword)
    await expect(client.tell('group.create', { name: 'Not hers' })).rejects.toThrow()
    await row(/Mina Park.*group\.create.*403/).waitFor()
  })

  test('opens to the request, its entries and its proof, by mouse and by link', async () => {
    const { page } = admin
    await row('Created the group Harbour').getByRole('button').first().click()
    const detail = page.locator('.detail')
    await detail.getByText('Administrator created the group Harbour').waitFor()
    await detail.getByText('verified').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await shoot(page, 'activity-open-light')
    const link = page.url()
    expect(link).toMatch(/open=\d+/)
    await page.goto(link)
    await page.locator('.detail').getByText('Administrator created the group Harbour').waitFor()
  })

  test('is narrowed by filters that stay in its address', async () => {
    const { page } = admin
    await page.goto('/governance/activity?failedOnly=true')
    await row('/governance/approvals').waitFor()
    expect(await row('Created the group Harbour').count()).toBe(0)
    await page.getByLabel('Search names, addresses and details').fill('Harbour')
    await page.getByText('Nothing matches these filters').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await row('Created the group Harbour').waitFor()
    expect(new URL(page.url()).search).not.toContain('failedOnly')
    expect(admin.complaints).toEqual([])
  })

  test('fits a phone, in the dark', async () => {
    const phone = await visit(world, { scheme: 'dark', width: 390, height: 844 })
    await enter(phone, '/governance/activity')
    await phone.page.locator('.m-button').first().click()
    await phone.page.locator('.detail .facts').first().waitFor()
    expect(await cutText(phone.page)).toEqual([])
    expect(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await axeViolations(phone.page)).toEqual([])
    await shoot(phone.page, 'activity-phone-dark')
    expect(phone.complaints).toEqual([])
  })
})
