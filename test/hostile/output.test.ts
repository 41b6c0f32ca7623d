import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OUTPUT_KEPT_BYTES, OUTPUT_TAIL_BYTES } from '../../features/commands/common/wire.ts'
import { dispatchTimes, ended, quantile } from '../dispatch-times.ts'
import { type Client, descendants, type Product, signIn, startProduct } from '../product.ts'
import { watchMemory } from './memory.ts'

/** Output that is too much, too fast or no text, from real commands on the real agent. */
const GIGABYTE = 1024 ** 3
const KEPT_IN_ROWS = 512 * 1024

const directory = mkdtempSync(join(tmpdir(), 'annals-hostile-'))
let product: Product
let admin: Client
let serverId: string
let quiet: number

beforeAll(async () => {
  product = await startProduct(directory)
  admin = await signIn(product.url)
  serverId = (await admin.ask('server.list')).items[0].id
  await dispatchTimes(admin, serverId, 10)
  quiet = p95(await dispatchTimes(admin, serverId, 60, 50))
})
afterAll(async () => {
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})

const p95 = (times: Awaited<ReturnType<typeof dispatchTimes>>) =>
  quantile(
    times.map(({ whole }) => whole),
    0.95,
  )

const submit = async (line: string, more: object = {}): Promise<string> =>
  (await admin.tell('command.submit', { serverIds: [serverId], line, ...more })).commands[0].id

const download = async (id: string, stream = 'both') => {
  const query = new URLSearchParams({ id, stream })
  const answer = await fetch(`${product.url}/api/command.download?${query}`, {
    headers: { cookie: admin.cookie },
  })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

/** Runs until a hostile command ends; says what that did to the others and to memory. */
async function meanwhile(what: string, id: string) {
  const memory = watchMemory(product)
  const during: number[] = []
  let isOver = false
  const row = ended(admin, id, 500).finally(() => {
    isOver = true
  })
  row.catch(() => {})
  while (!isOver) during.push(p95(await dispatchTimes(admin, serverId, 20, 50)))
  const { before, most } = memory.stop()
  const ratio = (quantile(during, 0.5) / quiet).toFixed(2)
  console.log(`${what}: dispatch p95 of others × ${ratio} (${quiet.toFixed(0)} ms before); MB`, {
    before,
    most,
  })
  return { row: await row, before, most }
}

test('a gigabyte of output from one command: memory stays bounded, head and tail are exact, the rest is counted', async () => {
  const line = `seq 1 999999999 | head -c ${GIGABYTE}`
  const { row, before, most } = await meanwhile('1 GB of output', await submit(line))
  expect(row).toMatchObject({ status: 'Success', exitCode: 0 })
  const { stdoutBytes, droppedBytes, sha256, complete } = row.output
  expect(stdoutBytes).toBe(GIGABYTE)
  expect(complete).toBe(true)
  for (const part of ['server', 'agent', 'database'] as const)
    expect(most[part] - before[part], `megabytes that the ${part} grew by`).toBeLessThan(300)

  const kept = await download(row.id)
  expect(kept.length).toBe(GIGABYTE - droppedBytes)
  expect(kept.length).toBeGreaterThanOrEqual(OUTPUT_KEPT_BYTES)
  expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256)
  const truth = await headAndTail(line, kept.length - OUTPUT_TAIL_BYTES, OUTPUT_TAIL_BYTES)
  expect(truth).toEqual({
    head: hashOf(kept.subarray(0, kept.length - OUTPUT_TAIL_BYTES)),
    tail: hashOf(kept.subarray(kept.length - OUTPUT_TAIL_BYTES)),
  })

  const shown = await wholeOutput(row.id)
  expect(shown.filter(({ kind }) => kind === 'band')).toEqual([
    expect.objectContaining({ offset: KEPT_IN_ROWS, bytes: GIGABYTE - 2 * KEPT_IN_ROWS, downloadable: true }),
  ])
  const text = shown.map((piece) => piece.text ?? '').join('')
  expect(text.length).toBe(2 * KEPT_IN_ROWS)
  expect(text.startsWith(kept.subarray(0, KEPT_IN_ROWS).toString())).toBe(true)
  expect(text.endsWith(kept.subarray(kept.length - KEPT_IN_ROWS).toString())).toBe(true)
})

test('ten thousand tiny outputs a second, on both streams in turns, are kept byte by byte', async () => {
  const program = `
    const { writeSync } = require('node:fs')
    let n = 0
    const burst = () => {
      for (let each = 0; each < 100; each++) writeSync(1 + (n++ & 1), n & 2 ? 'x' : 'y')
      if (n < 80000) setTimeout(burst, 10 - (performance.now() % 10))
      else writeSync(1, 'wrote ' + n)
    }
    burst()`
  const id = await submit(`exec ${process.execPath} -`, { stdin: program })
  const { row } = await meanwhile('10,000 tiny outputs a second', id)
  expect(row).toMatchObject({ status: 'Success' })
  const [printed, errors] = [await download(row.id, 'stdout'), await download(row.id, 'stderr')].map(String)
  expect(printed).toMatch(/^[xy]+wrote \d+$/)
  expect(errors).toMatch(/^[xy]+$/)
  const count = Number(printed!.match(/wrote (\d+)$/)![1])
  expect(printed!.replace(/wrote \d+$/, '').length + errors!.length).toBe(count)
  expect(row.output).toMatchObject({ stdoutBytes: printed!.length, stderrBytes: errors!.length })
  expect(count).toBe(80_000)
})

test('bytes that are no text are downloaded as they were printed, and shown as text that does nothing', async () => {
  const hostile = Buffer.from([
    0, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf5, 0x80, 0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0xe2, 0x80,
  ])
  const octal = [...hostile].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
  const row = await ended(admin, await submit(`printf '${octal}'; printf '${octal}' >&2`))
  expect(row.status).toBe('Success')
  const printed = await download(row.id)
  expect(printed.equals(Buffer.concat([hostile, hostile]))).toBe(true)
  const pieces = await wholeOutput(row.id)
  expect(pieces.every((piece) => (piece.text ?? '').isWellFormed())).toBe(true)
  expect(row.result).not.toContain('\0')
})

test('two thousand commands that waited for an agent run once each when it comes back', async () => {
  const agents = descendants(product.pid).filter(({ commandLine }) => commandLine.includes('annals-agent'))
  const marks = join(directory, 'marks')
  const ids: string[] = []
  for (const { pid } of agents) process.kill(pid, 'SIGSTOP')
  try {
    for (let n = 0; n < 2000; n += 50)
      ids.push(
        ...(await Promise.all(Array.from({ length: 50 }, (_, at) => submit(`echo ${n + at} >> ${marks}`)))),
      )
  } finally {
    for (const { pid } of agents) process.kill(pid, 'SIGCONT')
  }
  for (const id of ids) expect((await ended(admin, id, 500)).status).toBe('Success')
  const ran = (await ended(admin, await submit(`sort -n ${marks} | uniq | wc -l; wc -l < ${marks}`))).result
  expect(ran.split(/\s+/).filter(Boolean)).toEqual(['2000', '2000'])
})

async function wholeOutput(
  id: string,
): Promise<{ kind: string; text?: string; bytes?: number; offset: number }[]> {
  const pieces = []
  for (let after = 0; ; ) {
    const page = await admin.ask('command.output', { id, after: String(after) })
    pieces.push(...page.pieces)
    if (page.next === null) return pieces
    after = page.next
  }
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What the line prints here, without anything of ours between. */
async function headAndTail(line: string, headBytes: number, tailBytes: number) {
  const head = createHash('sha256')
  let taken = 0
  let tail: Uint8Array = new Uint8Array(0)
  const child = spawn('/bin/sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const bytes of child.stdout as AsyncIterable<Buffer>) {
    if (taken < headBytes) head.update(bytes.subarray(0, headBytes - taken))
    taken += bytes.length
    tail =
      bytes.length >= tailBytes
        ? bytes.subarray(-tailBytes)
        : Buffer.concat([tail, bytes]).subarray(-tailBytes)
  }
  return { head: head.digest('hex'), tail: hashOf(tail) }
}
