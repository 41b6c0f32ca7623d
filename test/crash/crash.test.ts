import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Client, descendants, isAlive, type Product, signIn, startProduct } from '../product.ts'

const ROUNDS = Number(process.env['ANNALS_TEST_CRASH_ROUNDS'] ?? 100)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** What was promised to a caller, and what really ran. */
interface Ledger {
  /** Ids of submissions that were answered with 200. */
  readonly acknowledged: Set<string>
  /** By line: submissions whose answer was lost. They may or may not be there, but once at most. */
  readonly unanswered: Set<string>
  readonly lines: Map<string, string>
}

const victims = ['server', 'agent', 'database'] as const

test(`nothing acknowledged is lost and nothing runs twice over ${ROUNDS} kills of server, agent and database`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'annals-crash-'))
  const data = join(directory, 'data')
  const ran = join(directory, 'ran')
  const ledger: Ledger = { acknowledged: new Set(), unanswered: new Set(), lines: new Map() }
  const random = seeded(Number(process.env['ANNALS_TEST_CRASH_SEED'] ?? 20261121))
  let product = await startProduct(data)
  try {
    let admin = await signIn(product.url)
    const serverId = await firstServer(admin)
    for (let round = 0; round < ROUNDS; round++) {
      const victim = victims[round % victims.length]!
      await waitFor(() => isThere(product, victim), `a ${victim} runs`)
      const load = submitUntilStopped(admin, serverId, ran, ledger, `${round}`)
      await wait(150 + random() * 700)
      const killed = killVictim(product, victim)
      await wait(random() * 200)
      load.stop()
      await load.ended
      if (victim === 'server') {
        await product.kill()
        await waitFor(
          () => killed.every((pid) => !isAlive(pid)),
          'database and agent end with a killed server',
        )
        product = await startProduct(data)
        admin = await signIn(product.url)
      } else await waitFor(() => isReady(product), `the server is ready after its ${victim} was killed`)
      verify(data, `after round ${round} (${victim})`)
    }
    await settled(admin, product, ledger)
    await check(admin, ledger, ran)
    verify(data, 'at the end')
    expect(await product.stop()).toBe(0)
  } finally {
    await product.kill()
    if (process.env['ANNALS_TEST_KEEP'] === undefined) rmSync(directory, { recursive: true, force: true })
  }
})

function processesOf(product: Product) {
  const below = descendants(product.pid)
  const having = (text: string) =>
    below.filter(({ commandLine }) => commandLine.includes(text)).map(({ pid }) => pid)
  return { server: [product.pid], agent: having('agent'), database: having('postgres') }
}

const isThere = (product: Product, victim: (typeof victims)[number]) =>
  processesOf(product)[victim].length > 0

function killVictim(product: Product, victim: (typeof victims)[number]): number[] {
  const processes = processesOf(product)
  const targets = processes[victim]
  expect(targets.length, `there is a running ${victim} to kill`).toBeGreaterThan(0)
  for (const pid of targets) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself meanwhile, as a child of the one before.
    }
  }
  return [...processes.agent, ...processes.database]
}

function submitUntilStopped(admin: Client, serverId: string, ran: string, ledger: Ledger, round: string) {
  let stopped = false
  const one = async (name: string) => {
    for (let n = 0; !stopped; n++) {
      const mark = `${round}-${name}-${n}`
      // One write of less than a page with O_APPEND: it is there whole or not at all.
      const line = `echo ${mark} >> ${ran}; echo printed ${mark}`
      try {
        const { commands } = await admin.tell('command.submit', { serverIds: [serverId], line })
        ledger.acknowledged.add(commands[0].id)
        ledger.lines.set(mark, commands[0].id)
      } catch {
        ledger.unanswered.add(mark)
        await wait(20)
      }
    }
  }
  const ended = Promise.all(['a', 'b', 'c'].map(one))
  return { ended, stop: () => void (stopped = true) }
}

/** Waits until every acknowledged command has come to an end. */
async function settled(admin: Client, product: Product, ledger: Ledger) {
  const unfinished = async () => {
    const ofStatus = (status: string) => admin.ask('command.list', { limit: '3', status, shell: 'system' })
    const pages = [await ofStatus('Scheduled'), await ofStatus('Running')]
    return pages.flatMap(({ items }) => items)
  }
  let left: unknown[] = []
  const allEnded = async () => {
    left = await unfinished()
    return left.length === 0
  }
  await waitFor(
    allEnded,
    () =>
      `all of ${ledger.acknowledged.size} commands end; left: ${JSON.stringify(left)}; last words:\n${product.said().slice(-3000)}`,
  )
}

async function check(admin: Client, ledger: Ledger, ran: string) {
  const rows = await everyRow(admin)
  const ids = rows.map((row) => row.id)
  expect(new Set(ids).size, 'no row is listed twice').toBe(ids.length)
  const missing = [...ledger.acknowledged].filter((id) => !ids.includes(id))
  expect(missing, 'every acknowledged submission is there').toEqual([])

  const runs = new Map<string, number>()
  for (const mark of readFileSync(ran, 'utf8').trim().split('\n')) runs.set(mark, (runs.get(mark) ?? 0) + 1)
  expect(Math.max(...runs.values()), 'nothing runs twice').toBe(1)
  for (const row of rows) {
    const mark = row.line.split(' ')[1]!
    expect(['Success', 'Failed'], `${mark} came to an end`).toContain(row.status)
    if (row.status === 'Success') {
      expect(runs.get(mark), `${mark} succeeded, so it ran`).toBe(1)
      expect(row.result, `${mark} brought its output`).toContain(`printed ${mark}`)
    }
  }
  const times = rows.map((row) => row.submittedAt)
  expect(times.toSorted().toReversed(), 'newest first').toEqual(times)
  await checkEntries(admin, rows)
  expect((await admin.ask('server.holes')).items, 'no report of the agent is missing').toEqual([])
  console.log(
    `${rows.length} rows, ${ledger.acknowledged.size} acknowledged, ${ledger.unanswered.size} unanswered, ${runs.size} ran`,
  )
}

/** One submission, one entry; one end, one entry; and never an end before its submission. */
async function checkEntries(admin: Client, rows: { id: string }[]) {
  const kinds = new Map<string, string[]>()
  for (let after: string | undefined; ; ) {
    const page = await admin.ask('journal.entries', { limit: '1000', ...(after && { after }) })
    for (const { kind, body } of page.items) {
      const id = JSON.parse(body).subject?.id
      if (id !== undefined) kinds.set(id, [...(kinds.get(id) ?? []), kind])
    }
    if (page.next === null) break
    after = String(page.next)
  }
  for (const { id } of rows) {
    const of = kinds.get(id) ?? []
    expect(
      of.filter((kind) => kind === 'command.submitted'),
      `${id} is entered once`,
    ).toHaveLength(1)
    expect(of[0]).toBe('command.submitted')
    expect(of.filter((kind) => kind === 'command.finished').length, `${id} ends once: ${of}`).toBe(1)
  }
}

async function everyRow(admin: Client) {
  const rows: { id: string; line: string; status: string; result: string; submittedAt: string }[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await admin.ask('command.list', { limit: '200', shell: 'system', ...(cursor && { cursor }) })
    rows.push(...page.items)
    if (page.next === null) return rows
    cursor = page.next
  }
}

async function firstServer(admin: Client): Promise<string> {
  let id = ''
  await waitFor(async () => {
    const { items } = await admin.ask('server.list')
    id = items[0]?.id ?? ''
    return items[0]?.link === 'connected'
  }, 'this machine is enrolled and connected')
  return id
}

const isReady = async (product: Product) => {
  const answer = await fetch(`${product.url}/readyz`).catch(() => undefined)
  return answer?.status === 200
}

function verify(data: string, when: string) {
  const result = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'apps/verify/main.ts', '--data', data],
    { cwd: root, encoding: 'utf8' },
  )
  expect(result.status, `the verifier passes ${when}:\n${result.stdout}${result.stderr}`).toBe(0)
}

async function waitFor(
  isSo: () => boolean | Promise<boolean>,
  what: string | (() => string),
  milliseconds = 300_000,
) {
  const until = performance.now() + milliseconds
  while (!(await isSo())) {
    const missing = typeof what === 'string' ? what : what()
    if (performance.now() > until) throw new Error(`waited ${milliseconds / 1000} s in vain until ${missing}`)
    await wait(50)
  }
}

/** A small generator, so that a failing run can be repeated. */
function seeded(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
