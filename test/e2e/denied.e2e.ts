import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations } from './look.ts'
import { enter, shoot, startWorld, visit, type World } from './start.ts'

const memberPassword = 'a member of a test product'
let world: World

beforeAll(async () => {
  world = await startWorld()
  await world.admin.tell('person.create', {
    ...{ username: 'mina', name: 'Mina Park', role: 'member', password: memberPassword },
  })
})
afterAll(async () => world?.[Symbol.asyncDispose]())

test('a member who opens governance is denied, shown nothing of it, and found in the Activity log by an administrator', async () => {
  const mina = await visit(world)
  const asked: string[] = []
  mina.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await enter(mina, '/governance/approvals', 'mina', memberPassword)
  await mina.page.getByText('This attempt is in the record').waitFor()
  expect(new URL(mina.page.url()).pathname).toBe('/governance/approvals')
  await mina.page.getByRole('heading', { name: 'Access denied' }).waitFor()
  await mina.page.getByText('Governance is for administrators').waitFor()
  expect(await mina.page.getByRole('link', { name: /^(Approvals|Activity log)$/ }).count()).toBe(0)
  expect(asked).toContain('/api/auth.report-denied')
  expect(asked.filter((path) => /^\/api\/(approval|activity)/.test(path))).toEqual([])
  expect(await axeViolations(mina.page)).toEqual([])
  await shoot(mina.page, 'denied-governance')

  const admin = await visit(world)
  await enter(admin, '/governance/activity?failedOnly=true')
  const row = admin.page.locator('.row', { hasText: '/governance/approvals' })
  await row.getByText('403').waitFor()
  expect(await row.textContent()).toContain('Mina Park')
  await row.getByRole('button').first().click()
  await admin.page.locator('.detail').getByText('verified').waitFor()
  await shoot(admin.page, 'denied-found')
  expect([...mina.complaints, ...admin.complaints]).toEqual([])

  // Her own log is hers to see, elsewhere; that of the others stays closed to her by any way in.
  await mina.page.goto('/governance/activity')
  await mina.page.getByText('This attempt is in the record').waitFor()
  await admin.page.goto('/governance/activity?failedOnly=true')
  await admin.page.locator('.row', { hasText: '/governance/activity' }).getByText('403').waitFor()
})
