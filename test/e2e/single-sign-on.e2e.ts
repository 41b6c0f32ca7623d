import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { type IdentityProvider, startIdentityProvider } from '../identity-provider.ts'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

let world: World
let provider: IdentityProvider
let admin: Visitor

beforeAll(async () => {
  world = await startWorld()
  provider = await startIdentityProvider({
    redirectUri: `${world.product.url}/api/auth.single-sign-on-callback`,
  })
  const claims = (preferred_username: string, name: string, groups: string[]) => ({
    ...{ preferred_username, name, groups, email: `${preferred_username}@example.com`, email_verified: true },
  })
  provider.set({ sub: 'nina-1', claims: claims('nina', 'Nina New', ['sailors']) })
  provider.set({ sub: 'otto-1', claims: claims('otto', 'Otto Old', []) })
  admin = await visit(world)
})
afterAll(async () => {
  await provider?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  onTestFailed(() => shoot(admin.page, 'single-sign-on-failed').catch(() => {}))
})

/** Through the provider's own page. */
async function through({ page }: Visitor, account: string | null) {
  await page.getByRole('link', { name: 'Sign in with Example Login' }).click()
  await page.getByRole('heading', { name: 'The provider' }).waitFor()
  if (account === null) return page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByLabel('Account').fill(account)
  return page.getByRole('button', { name: 'Continue' }).click()
}

describe('an administrator', () => {
  test('sets up the provider, tests it and maps a group to its claim', async () => {
    await world.admin.tell('group.create', { name: 'Sea' })
    const { page } = admin
    await enter(admin, '/settings/single-sign-on')
    await page.getByLabel('Address of the provider').fill(`${provider.issuer}/nowhere`)
    await page.getByRole('button', { name: 'Test the provider' }).click()
    await page.getByText(/is not a provider that can be used/).waitFor()

    await page.getByLabel('Address of the provider').fill(provider.issuer)
    await page.getByLabel('Client id').fill(provider.clientId)
    await page.getByLabel('Client secret', { exact: true }).fill(provider.clientSecret)
    await page.getByLabel('Name on the button').fill('Example Login')
    await page.getByRole('switch', { name: 'Make a person at their first sign-in' }).click()
    await page.getByLabel('Claim with the groups').fill('groups')
    await page.getByRole('button', { name: 'Add a group' }).click()
    await page.getByLabel('Value 1 of the claim for a group').fill('sailors')
    await page.getByRole('combobox', { name: 'What value 1 gives' }).click()
    await page.getByRole('option', { name: 'Sea' }).click()
    await page.getByRole('switch', { name: 'Single sign-on' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('One is kept, encrypted.').waitFor()
    await page.getByRole('button', { name: 'Test the provider' }).click()
    await page.getByText('It knows this client and its secret.').waitFor()
    expect(await page.content()).not.toContain(provider.clientSecret)
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
    await shoot(page, 'single-sign-on-settings-light')
  })
})

describe('somebody whom only the provider knows', () => {
  test('signs in there and sees the page that was wanted, in the groups of their claims', async () => {
    const nina = await visit(world)
    await nina.page.goto('/commands?shell=system')
    await nina.page.getByRole('link', { name: 'Sign in with Example Login' }).waitFor()
    expect(await axeViolations(nina.page)).toEqual([])
    await shoot(nina.page, 'single-sign-on-button-light')
    await through(nina, 'nina-1')
    await nina.page.locator('.head h1').waitFor()
    const { pathname, search } = new URL(nina.page.url())
    expect(pathname + search).toBe('/commands?shell=system')
    const me = await nina.page.evaluate(`fetch('/api/auth.me').then((answer) => answer.json())`)
    expect(me).toMatchObject({ username: 'nina', groups: [{ name: 'Sea', role: 'member' }] })
    expect(nina.complaints).toEqual([])
    await nina.page.goBack()
    expect(nina.page.url()).not.toMatch(/code=|state=/)
    await nina.context.close()
  })

  test('and says no there comes back to a sentence', async () => {
    const visitor = await visit(world)
    await visitor.page.goto('/')
    await through(visitor, null)
    await visitor.page.getByText('The identity provider did not sign you in.').waitFor()
    expect(visitor.complaints).toEqual([])
    await visitor.context.close()
  })

  test('finds the provider down and is told so', async () => {
    await provider.goDown()
    await world.admin.tell('single-sign-on.update', { label: 'Example Login ' })
    const visitor = await visit(world)
    await visitor.page.goto('/')
    await visitor.page.getByRole('link', { name: 'Sign in with Example Login' }).click()
    await visitor.page.getByText('The identity provider does not answer.').waitFor()
    await shoot(visitor.page, 'single-sign-on-refused-light')
    await visitor.context.close()
    await provider.comeUp()
  })
})

describe('where a password is for administrators', () => {
  test('the page offers the provider first, and the password to whoever asks for it', async () => {
    await world.admin.tell('single-sign-on.update', { passwordFor: 'admins' })
    const visitor = await visit(world, { scheme: 'dark', width: 390, height: 844 })
    const { page } = visitor
    await page.goto('/')
    await page.getByRole('link', { name: 'Sign in with Example Login' }).waitFor()
    expect(await page.getByLabel('Username').count()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
    expect(await cutText(page)).toEqual([])
    await shoot(page, 'single-sign-on-first-dark-390')
    await page.getByRole('button', { name: 'I am an administrator with a password' }).click()
    await page.getByLabel('Username').waitFor()
    await visitor.context.close()
  })

  test('the settings read well in the dark and on a phone', async () => {
    for (const { scheme, width, name } of [
      { scheme: 'dark', width: 1440, name: 'dark' },
      { scheme: 'light', width: 390, name: 'light-390' },
    ] as const) {
      const visitor = await visit(world, { scheme, width, height: 900 })
      const { page } = visitor
      await page.goto('/settings/single-sign-on')
      await page.getByRole('button', { name: 'I am an administrator with a password' }).click()
      await page.getByLabel('Username').fill('admin')
      await page.getByLabel('Password', { exact: true }).fill('admin of a test product')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('People who sign in this way').waitFor()
      await page.getByRole('button', { name: 'Unlink Nina New' }).waitFor()
      expect(await axeViolations(page)).toEqual([])
      expect(await cutText(page)).toEqual([])
      await shoot(page, `single-sign-on-settings-${name}`)
      await page.getByText('Role of everybody else').scrollIntoViewIfNeeded()
      await shoot(page, `single-sign-on-settings-${name}-claims`)
      await page.getByRole('button', { name: 'Unlink Nina New' }).scrollIntoViewIfNeeded()
      await shoot(page, `single-sign-on-settings-${name}-links`)
      expect(visitor.complaints).toEqual([])
      await visitor.context.close()
    }
  })
})

test('what single sign-on did stands in the record, without a secret', async () => {
  const { items } = await world.admin.ask('journal.entries', { limit: '200' })
  const bodies = JSON.stringify(items)
  for (const kind of ['single-sign-on.updated', 'single-sign-on.linked', 'auth.single-sign-on-failed'])
    expect(bodies).toContain(kind)
  for (const value of [...provider.given, provider.clientSecret]) expect(bodies).not.toContain(value)
})
