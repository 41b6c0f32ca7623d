import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The first administrator's password in every product a test starts. */
export const adminPassword = 'admin of a test product'

export interface Product {
  readonly url: string
  readonly pid: number
  /** What it said so far. */
  said(): string
  /** Ends it as an operator would; resolves with the exit code. */
  stop(): Promise<number | null>
  /** Ends it without a word. */
  kill(): Promise<void>
}

/**
 * Starts the real server with its real database and agent on a data directory; resolves when it says it is ready.
 * @throws Error with what it said when it ends before that, or is not ready for ten minutes
 */
export async function startProduct(
  dataDirectory: string,
  settings: Record<string, string> = {},
): Promise<Product> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'apps/server/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ANNALS_DATA: dataDirectory,
      ANNALS_PORT: '0',
      ANNALS_FIRST_ADMIN_PASSWORD: adminPassword,
      ...settings,
    },
  })
  let said = ''
  const ready = Promise.withResolvers<string>()
  const hear = (bytes: Buffer) => {
    said += bytes.toString()
    const url = said.match(/^Annals is ready at (\S+)$/m)?.[1]
    if (url) ready.resolve(url)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  void ended.then((code) =>
    ready.reject(new Error(`the server ended with ${code} before it was ready:\n${said}`)),
  )
  const patience = setTimeout(() => {
    child.kill('SIGKILL')
    ready.reject(new Error(`not ready within 600 s:\n${said}`))
  }, 600_000)
  const url = await ready.promise.finally(() => clearTimeout(patience))
  return {
    url,
    pid: child.pid!,
    said: () => said,
    stop: () => end(child, 'SIGTERM', ended),
    kill: async () => void (await end(child, 'SIGKILL', ended)),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<number | null>) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  return ended
}

/** Signs in and speaks to the API as one person. */
export async function signIn(url: string, username = 'admin', password = adminPassword) {
  const answer = await fetch(`${url}/api/auth.sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (!answer.ok) throw new Error(`sign-in as ${username} answered ${answer.status}: ${await answer.text()}`)
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  return client(url, cookie)
}

export type Client = ReturnType<typeof client>

export function client(url: string, cookie: string) {
  const read = async (answer: Response) => {
    // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions that read them
    const body: any = await answer.json()
    if (!answer.ok)
      throw Object.assign(new Error(`${answer.status} ${body.code}: ${body.message}`), {
        status: answer.status,
        code: body.code,
      })
    return body
  }
  return {
    cookie,
    // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions that read them
    ask: async (name: string, query: Record<string, string> = {}): Promise<any> =>
      read(
        await fetch(`${url}/api/${name}?${new URLSearchParams(query)}`, {
          headers: { cookie },
          signal: AbortSignal.timeout(60_000),
        }),
      ),
    // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions that read them
    tell: async (name: string, body: object = {}): Promise<any> =>
      read(
        await fetch(`${url}/api/${name}`, {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(60_000),
        }),
      ),
  }
}

/** Every process below one, by what its command line says. */
export function descendants(pid: number): { pid: number; commandLine: string }[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (each: number): boolean => {
    const parent = parents.get(each)
    return parent !== undefined && (parent === pid || isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow).map((each) => ({ pid: each, commandLine: commandLineOf(each) }))
}

export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

export const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
