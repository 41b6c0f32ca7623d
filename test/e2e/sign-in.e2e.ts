import { generateSync } from 'otplib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { axeViolations, cutText } from './look.ts'
import { enter, shoot, startWorld, type Visitor, visit, type World } from './start.ts'

const password = 'a member of a test product'
const codeAt = (secret: string, steps: number) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps })

let world: World
let current: Visitor | undefined
beforeAll(async () => {
  world = await startWorld()
  for (const [username, name] of [
    ['mina', 'Mina Park'],
    ['theo', 'Theo Sea'],
    ['juno', 'Juno Sky'],
    ['remy', 'Remy Alone'],
  ] as const)
    await world.admin.tell('person.create', { username, name, role: 'member', password })
})
afterAll(async () => world?.[Symbol.asyncDispose]())
beforeEach(() => {
  onTestFailed(async () => {
    if (current) await shoot(current.page, 'sign-in-failed').catch(() => {})
  })
})

async function visitor(how: Parameters<typeof visit>[1] = {}): Promise<Visitor> {
  current = await visit(world, how)
  return current
}

async function giveNameAndPassword(page: Page, username: string, given = password) {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(given)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signOut({ page }: Visitor) {
  await page.locator('button.me').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in/)
}

const looksRight = async (page: Page, name: string) => {
  await shoot(page, name)
  expect.soft(await axeViolations(page), name).toEqual([])
  expect.soft(await cutText(page), name).toEqual([])
}

describe('a second factor', () => {
  let secret: string
  let codes: string[]

  test('is an authenticator app, set up on the Security page, with recovery codes shown once', async () => {
    const mina = await visitor()
    const { page } = mina
    await enter(mina, '/profile/security', 'mina', password)
    await page.getByText('Not set up.').waitFor()
    await looksRight(page, 'security-1440-light')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
    secret = (await page.locator('.totp-secret code').textContent())!.replaceAll(' ', '')
    await looksRight(page, 'totp-setup-light')
    await page.getByLabel('Code the app shows now').fill('000000')
    await page.getByText('That is not the code').waitFor()
    await page.getByLabel('Code the app shows now').fill(codeAt(secret, -1))
    await page.getByText('Keep your recovery codes').waitFor()
    codes = await page.locator('.recovery-codes code').allTextContents()
    expect(codes).toHaveLength(10)
    // The sixth digit was enough. Who presses Enter after it still has the codes.
    await page.waitForFunction("document.activeElement?.closest('[role=dialog]') !== null")
    await page.keyboard.press('Enter')
    expect(await page.getByText('Keep your recovery codes').isVisible()).toBe(true)
    await looksRight(page, 'recovery-codes-light')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('10 left').waitFor()
    await signOut(mina)
    expect(mina.complaints.filter((text) => !text.includes('status of 403'))).toEqual([])
    await mina.context.close()
  })

  test('is asked after the password; a code may be pasted with spaces, and a wrong one says how many tries are left', async () => {
    const mina = await visitor()
    const { page } = mina
    await page.goto('/profile/security')
    await giveNameAndPassword(page, 'mina')
    await page.getByRole('heading', { name: 'Enter the code of your app' }).waitFor()
    await looksRight(page, 'second-factor-light')
    await page.getByLabel('Code').fill('000000')
    await page.getByText('4 tries are left').waitFor()
    const code = codeAt(secret, 0)
    await page.evaluate(
      `document.querySelector('.code-field input').dispatchEvent(Object.assign(new Event('paste', { bubbles: true, cancelable: true }), {
        clipboardData: { getData: () => ' ${code.slice(0, 3)} ${code.slice(3)} ' } }))`,
    )
    await page.getByRole('heading', { name: 'Security' }).waitFor()
    await page.locator('.security-mark', { hasText: 'this one' }).waitFor()
    await mina.context.close()
  })

  test('is a recovery code when the phone is gone; each works once', async () => {
    const mina = await visitor()
    const { page } = mina
    for (const [attempt, isRight] of [
      [codes[0]!, true],
      [codes[0]!, false],
    ] as const) {
      await page.goto('/commands')
      await giveNameAndPassword(page, 'mina')
      await page.getByRole('button', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').fill(attempt.toUpperCase())
      await page.getByRole('button', { name: 'Sign in' }).click()
      if (isRight) {
        await page.getByText('9 recovery codes are left').waitFor()
        await page.getByRole('heading', { name: 'My commands' }).waitFor()
        await signOut(mina)
      } else await page.getByText('not right, or was used already').waitFor()
    }
    await mina.context.close()
  })

  test('is a passkey where the console has a name, and the browser asks for nothing else', async () => {
    const theo = await visitor()
    const { page, context } = theo
    const at = world.product.url.replace('127.0.0.1', 'localhost')
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await enter(theo, `${at}/profile/security`, 'theo', password)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name').fill('Work laptop')
    await page.getByRole('button', { name: 'Make the passkey' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.locator('.security-list', { hasText: 'Work laptop' }).getByText('not used yet').waitFor()
    await shoot(page, 'security-passkey-light')
    await signOut(theo)

    await giveNameAndPassword(page, 'theo')
    await page.getByRole('heading', { name: 'Use your passkey' }).waitFor()
    await looksRight(page, 'second-factor-passkey-light')
    await page.getByRole('button', { name: 'Use the passkey' }).click()
    await page.getByRole('heading', { name: 'Security' }).waitFor()
    await page.locator('.security-list', { hasText: 'Work laptop' }).getByText('last used').waitFor()
    expect(theo.complaints).toEqual([])
    await context.close()
  })
})

describe('a proof that it is still you', () => {
  test('is asked for by whatever needs one, and then that goes on by itself', async () => {
    const theo = await visitor()
    const { page } = theo
    await page.goto('/profile/security')
    await giveNameAndPassword(page, 'remy')
    await page.getByText('Not set up.').waitFor()
    // A session is old enough after a quarter of an hour; here only that one answer is the test's own.
    await page.route(
      '**/api/auth.start-totp',
      (route) =>
        route.fulfill({
          status: 403,
          json: { code: 'request.step_up_due', message: 'Confirm that it is you.' },
        }),
      { times: 1 },
    )
    await page.getByRole('button', { name: 'Set up' }).click()
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Password', { exact: true }).fill('not this one')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByText('That is not your password').waitFor()
    await looksRight(page, 'proof-of-person-light')
    await dialog.getByLabel('Password', { exact: true }).fill(password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
    const { items } = await world.admin.ask('journal.entries', { limit: '100' })
    const kinds = items.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['auth.step-up-failed', 'auth.stepped-up']))
    await theo.context.close()
  })
})

describe('sessions', () => {
  test('from somewhere new are told on the others, and can be ended there', async () => {
    const remy = await visitor()
    const { page } = remy
    await enter(remy, '/commands', 'remy', password)
    await fetch(`${world.product.url}/api/auth.sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'somewhere else' },
      body: JSON.stringify({ username: 'remy', password }),
    })
    await page.reload()
    await page.getByText('A sign-in from somewhere new').waitFor()
    await page.getByRole('button', { name: 'Was this you?' }).click()
    await page.getByRole('heading', { name: 'Was this you?' }).waitFor()
    await page.locator('.security-mark', { hasText: 'new place' }).first().waitFor()
    await looksRight(page, 'new-place-light')
    const stranger = page.locator('.security-list li', { hasText: 'somewhere else' }).last()
    await stranger.getByRole('button', { name: /End the session/ }).click()
    await page.getByText('That session has ended.').waitFor()
    await page.getByRole('button', { name: 'It was me' }).click()
    await page.getByRole('heading', { name: 'Was this you?' }).waitFor({ state: 'hidden' })
    expect(remy.complaints).toEqual([])
    await remy.context.close()
  })
})

describe('too many failures', () => {
  test('make the page count down, and then let one in', async () => {
    const juno = await visitor()
    const { page } = juno
    await page.goto('/commands')
    for (let n = 0; n < 10; n++)
      await fetch(`${world.product.url}/api/auth.sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'juno', password: 'wrong again' }),
      })
    await giveNameAndPassword(page, 'juno')
    await page.getByRole('button', { name: /Try again in \d s/ }).waitFor()
    await looksRight(page, 'locked-out-light')
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'My commands' }).waitFor()
    await juno.context.close()
  })
})

describe('where the workspace demands a second factor', () => {
  beforeAll(() => world.admin.tell('settings.update', { secondFactor: 'everyone' }))

  test.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const)('whoever has none is led through it, %s and %i wide', async (scheme, width, height) => {
    const juno = await visitor({ scheme, width, height })
    const { page } = juno
    await page.goto('/commands')
    await giveNameAndPassword(page, 'juno')
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor()
    await looksRight(page, `enrol-${width}-${scheme}`)
    await page.getByRole('button', { name: 'An authenticator app' }).click()
    await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
    await looksRight(page, `enrol-totp-${width}-${scheme}`)
    expect(juno.complaints).toEqual([])
    await juno.context.close()
  })

  test('the console opens when it is there', async () => {
    const juno = await visitor()
    const { page } = juno
    await page.goto('/profile/security')
    await giveNameAndPassword(page, 'juno')
    await page.getByRole('button', { name: 'An authenticator app' }).click()
    const secret = (await page.locator('.totp-secret code').textContent())!.replaceAll(' ', '')
    await page.getByLabel('Code the app shows now').fill(codeAt(secret, -1))
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('heading', { name: 'Security' }).waitFor()
    expect(juno.complaints).toEqual([])
    for (const [scheme, width, height] of [
      ['dark', 1440, 900],
      ['light', 390, 844],
      ['dark', 390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height })
      await looksRight(page, `security-${width}-${scheme}`)
    }
    await juno.context.close()
  })
})
