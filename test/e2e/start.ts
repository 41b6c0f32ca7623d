import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { adminPassword, type Client, type Product, signIn, startProduct } from '../product.ts'

const shots = new URL('./shots/', import.meta.url).pathname

export interface World {
  readonly product: Product
  readonly browser: Browser
  readonly admin: Client
  [Symbol.asyncDispose](): Promise<void>
}

/** A real server with its own database and agent, on a free port and an empty directory, and a real Chromium. */
export async function startWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'annals-e2e-'))
  const product = await startProduct(join(directory, 'data'))
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  mkdirSync(shots, { recursive: true })
  return {
    product,
    browser,
    admin: await signIn(product.url),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await product.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export function browserPath(): string {
  const named = process.env['ANNALS_TEST_CHROMIUM']
  const found = [named, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  )
  if (found === undefined)
    throw new Error('No Chromium found. Install it, or name one by ANNALS_TEST_CHROMIUM.')
  return found
}

export interface Visitor {
  /** Another one, once its tab was closed. */
  page: Page
  readonly context: BrowserContext
  /** What the browser complained about: errors in its console, exceptions, dialogs a page should never open. */
  readonly complaints: string[]
}

/** How long a page may take to show something: nothing is measured by it, it only ends what hangs. */
export const PATIENCE_MILLISECONDS = 60_000

interface How {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

/** A browser of its own, with nothing remembered. */
export async function visit(
  world: World,
  { scheme = 'light', width = 1440, height = 900 }: How = {},
): Promise<Visitor> {
  const context = await world.browser.newContext({
    baseURL: world.product.url,
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MILLISECONDS)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, context, complaints }
}

/** Signs in by hand, at the page one wanted to see. */
export async function enter(
  { page }: Visitor,
  path = '/',
  username = 'admin',
  password = adminPassword,
): Promise<void> {
  await page.goto(path)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.head h1').waitFor()
}

/** For `addInitScript`: keeps the connections of terminals where a test can break them, or speak on them in the server's place. */
export const keepSockets = `
  globalThis.attached = []
  globalThis.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address)
      if (address.includes('terminal.attach')) attached.push(this)
    }
  }`

export const shoot = async (page: Page, name: string): Promise<void> => {
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(shots, `${name}.png`) })
}
