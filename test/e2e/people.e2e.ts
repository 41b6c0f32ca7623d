import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const chosen = 'walrus lantern ninety'

let world: World
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  admin = await visit(world)
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'people-failed').catch(() => {}))
})

const row = ({ page }: Visitor, text: string) => page.locator('.row', { hasText: text })
const looksRight = async ({ page }: Visitor, name: string) => {
  await shoot(page, name)
  expect.soft(await cutText(page), name).toEqual([])
  expect.soft(await axeViolations(page), name).toEqual([])
}

describe('an invitation', () => {
  let link = ''

  test('is told at the field what is wrong with it, and shows its link and the words to send once', async () => {
    const { page } = admin
    await enter(admin, '/people?new=invitation')
    await page.getByLabel('Name', { exact: true }).fill('Nina New')
    await page.getByLabel('Username').fill('admin')
    await page.getByRole('button', { name: 'Make the invitation' }).click()
    await page.getByText('Someone is already called admin').waitFor()
    await page.getByLabel('Username').fill('nina')
    await page.getByLabel('E-mail').fill('nina@example.com')
    await page.getByRole('button', { name: 'Make the invitation' }).click()
    await page.getByText('No mail server is set up').waitFor()
    link = (await page.locator('.secret-box code').textContent()) ?? ''
    expect(link).toMatch(/\/accept#[\w-]{43}$/)
    expect(await page.locator('.letter').textContent()).toContain(link)
    await looksRight(admin, 'invitation-light')
    await page.getByRole('button', { name: 'Done' }).click()
    await row(admin, 'Nina New').getByText('Invited').waitFor()
    expect(await page.content()).not.toContain(link)
  })

  test('lets its person choose a password and sign in, with the secret out of the address at once', async () => {
    const nina = await visit(world, { scheme: 'dark', width: 390, height: 844 })
    const { page } = nina
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(link)
    await page.getByText('You were invited as Nina New').waitFor()
    expect(page.url()).not.toContain('#')
    await looksRight(nina, 'accept-390-dark')
    await page.getByLabel('New password', { exact: true }).fill(chosen)
    await page.getByLabel('New password again').fill('another one of these')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('The two passwords differ').waitFor()
    await page.getByLabel('New password again').fill(chosen)
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('Your password is set').waitFor()
    expect(asked.filter((url) => url.includes(link.split('#')[1]!) && !url.includes('#'))).toEqual([])
    await page.getByRole('button', { name: 'Go to sign-in' }).click()
    await page.getByLabel('Username').fill('nina')
    await page.getByLabel('Password', { exact: true }).fill(chosen)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.head h1').waitFor()
    expect(nina.complaints).toEqual([])
  })

  test('opens no second time', async () => {
    const late = await visit(world)
    await late.page.goto(link)
    await late.page.getByText('This link does not open').waitFor()
    await looksRight(late, 'accept-used-light')
  })
})

describe('how one likes the console', () => {
  test('goes with the account into the next browser', async () => {
    const first = await visit(world)
    await enter(first, '/profile', 'nina', chosen)
    const saved = first.page.waitForResponse((answer) => answer.url().endsWith('person.update-profile'))
    await first.page.getByRole('combobox', { name: 'Theme' }).click()
    await first.page.getByRole('option', { name: 'Dark' }).click()
    expect((await saved).status()).toBe(200)
    const second = await visit(world)
    await enter(second, '/profile', 'nina', chosen)
    await second.page.locator('html[data-mantine-color-scheme=dark]').waitFor()
    expect([...first.complaints, ...second.complaints]).toEqual([])
  })
})

describe('a member', () => {
  test('finds their own things and no governance, is denied there, and the visit is in the record', async () => {
    const nina = await visit(world)
    const { page } = nina
    await enter(nina, '/governance/approvals', 'nina', chosen)
    await page.getByText('Governance is for administrators').waitFor()
    await page.getByText('This attempt is in the record').waitFor()
    const side = page.getByRole('navigation', { name: 'Main' })
    expect(await side.locator('.side-label').allTextContents()).toContain('My events')
    expect(await side.locator('.side-label').allTextContents()).not.toContain('Governance')
    expect(await side.getByRole('link').allTextContents()).toContain('Profile and tokens')
    for (const label of ['People and tokens', 'Settings', 'Activity log'])
      expect(await side.getByRole('link', { name: label }).count(), label).toBe(0)
    await page.goto('/commands')
    await page.getByText('None of your groups gives you a server').waitFor()
    await page.goto('/settings/security')
    await page.getByText('Settings are for administrators').waitFor()
    await page.getByText('This attempt is in the record').waitFor()
    const { items } = await world.admin.ask('journal.entries', { limit: '1000' })
    const denied = items.filter(({ kind }: { kind: string }) => kind === 'page.denied')
    expect(denied.map(({ entry }: { entry: { data: { path: string } } }) => entry.data.path)).toEqual([
      '/governance/approvals',
      '/settings/security',
    ])
  })

  test('who is suspended is taken to the sign-in page without touching anything', async () => {
    const nina = await visit(world)
    await enter(nina, '/profile', 'nina', chosen)
    const { page } = admin
    await page.goto('/people')
    await row(admin, 'Nina New').getByRole('button').first().click()
    await page.getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await nina.page.waitForURL(/\/sign-in/)
    await row(admin, 'Nina New').getByText('Suspended').waitFor()
  })
})

describe('every page of people and settings', () => {
  const paths = ['/people', '/people?view=groups', '/people?status=any', '/profile', '/settings']
  const more = ['/settings/security', '/settings/access', '/settings/access?role=member&text=command']
  test.each([
    ['light', 1440, 900],
    ['dark', 390, 844],
  ] as const)('fits, %s and %i wide, and axe finds nothing', async (scheme, width, height) => {
    const visitor = await visit(world, { scheme, width, height })
    await enter(visitor, '/people')
    for (const [n, path] of [...paths, ...more].entries()) {
      await visitor.page.goto(path)
      await visitor.page.locator('.head h1').waitFor()
      await visitor.page.locator('main [aria-busy=true]').first().waitFor({ state: 'hidden' })
      // Where times stand in a list, the zone they are in stands above it, on a phone too.
      if (path.startsWith('/people'))
        await visitor.page.locator('.today:visible').filter({ hasText: 'UTC' }).waitFor()
      await looksRight(visitor, `people-${n}-${width}-${scheme}`)
    }
    expect(visitor.complaints).toEqual([])
  })
})
