import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OUTPUT_KEPT_BYTES, OUTPUT_TAIL_BYTES } from '../common/wire.ts'
import { OutputSpool } from './output-spool.ts'
import { OutputTail } from './output-tail.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-spool-'))
})
afterEach(async () => {
  for (const spool of made.splice(0)) await spool.remove()
  rmSync(directory, { recursive: true })
})

const path = () => join(directory, 'output')
const budget = (limitBytes = 1e12) => ({ usedBytes: 0, limitBytes })
const made: OutputSpool[] = []
function make(limits = budget(), at = path()): OutputSpool {
  const spool = new OutputSpool(at, limits, () => {})
  made.push(spool)
  return spool
}

interface Piece {
  readonly track: number
  readonly text: Buffer
}

function piecesOf(bytes: Buffer): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 9)
    pieces.push({ track: bytes[at]!, text: bytes.subarray(at + 13, at + 13 + length) })
    at += 13 + length
  }
  return pieces
}

const textOf = (pieces: readonly Piece[], track: number) =>
  Buffer.concat(pieces.filter((piece) => piece.track === track).map(({ text }) => text))

async function readAll(spool: OutputSpool): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for (let at = 0; at < spool.length; ) {
    const part = Buffer.alloc(65_536)
    const read = await spool.read(at, part)
    parts.push(part.subarray(0, read))
    at += read
  }
  return Buffer.concat(parts)
}

async function fill(spool: OutputSpool, total: number, chunk: Buffer): Promise<void> {
  for (let done = 0; done < total; done += chunk.length) {
    spool.take(1, chunk.subarray(0, Math.min(chunk.length, total - done)), 1)
    if (spool.isBehind) await new Promise<void>((resolve) => spool.whenRoom(resolve))
  }
}

test('both streams come out byte for byte, NUL and invalid UTF-8 included', async () => {
  const spool = make()
  spool.take(1, Buffer.from([0, 255, 254, 27]), 1)
  spool.take(2, Buffer.from([128, 10]), 2)
  spool.take(1, Buffer.from('end'), 3)
  await spool.finish(4)
  const pieces = piecesOf(await readAll(spool))
  expect(pieces.map(({ track }) => track)).toEqual([1, 2, 1])
  expect(textOf(pieces, 1)).toEqual(Buffer.concat([Buffer.from([0, 255, 254, 27]), Buffer.from('end')]))
  expect(textOf(pieces, 2)).toEqual(Buffer.from([128, 10]))
})

test('memory given to it may be used again at once', async () => {
  const spool = make()
  const memory = Buffer.from('first')
  spool.take(1, memory, 1)
  memory.write('XXXXX')
  await spool.finish(1)
  expect(textOf(piecesOf(await readAll(spool)), 1).toString()).toBe('first')
})

test('many small reads of one stream become few pieces', async () => {
  const spool = make()
  for (let i = 0; i < 10_000; i++) spool.take(1, Buffer.from('x'), i)
  await spool.finish(1)
  expect(piecesOf(await readAll(spool)).length).toBeLessThan(5)
})

test('a command that prints nothing leaves no file', async () => {
  const spool = make()
  await spool.finish(1)
  expect(spool.length).toBe(0)
  expect(() => readFileSync(path())).toThrow()
})

test('the first 64 MiB and the last 512 KiB are kept, and the gap between is counted', async () => {
  const spool = make()
  const chunk = Buffer.alloc(65_536, 'a')
  await fill(spool, OUTPUT_KEPT_BYTES + 1_000_000, chunk)
  spool.take(1, Buffer.alloc(OUTPUT_TAIL_BYTES, 'z'), 2)
  await spool.finish(3)
  const pieces = piecesOf(await readAll(spool))
  const gap = pieces.findIndex(({ track }) => track === 9)
  expect(textOf(pieces.slice(0, gap), 1).length).toBe(OUTPUT_KEPT_BYTES)
  expect(Number(pieces[gap]!.text.readBigUInt64BE())).toBe(1_000_000)
  expect(textOf(pieces.slice(gap + 1), 1).equals(Buffer.alloc(OUTPUT_TAIL_BYTES, 'z'))).toBe(true)
  expect(spool.droppedBytes).toBe(1_000_000)
  expect(spool.stdoutBytes).toBe(OUTPUT_KEPT_BYTES + 1_000_000 + OUTPUT_TAIL_BYTES)
})

test('an output just over the cap has no gap, only a tail', async () => {
  const spool = make()
  await fill(spool, OUTPUT_KEPT_BYTES + 10, Buffer.alloc(65_536, 'a'))
  await spool.finish(1)
  const pieces = piecesOf(await readAll(spool))
  expect(pieces.some(({ track }) => track === 9)).toBe(false)
  expect(textOf(pieces, 1).length).toBe(OUTPUT_KEPT_BYTES + 10)
})

test('when the shared space is used up, only the tail of what comes is kept', async () => {
  const limits = budget(100_000)
  const spool = make(limits)
  await fill(spool, 4_000_000, Buffer.alloc(50_000, 'a'))
  await spool.finish(1)
  expect(spool.length).toBeLessThan(3_000_000)
  expect(spool.droppedBytes).toBeGreaterThan(0)
  await spool.remove()
  expect(limits.usedBytes).toBe(0)
})

test('a disk that refuses loses nothing silently: every byte is kept or counted', async () => {
  writeFileSync(join(directory, 'file'), '')
  const spool = make(budget(), join(directory, 'file', 'impossible'))
  spool.take(1, Buffer.from('hello'), 1)
  await spool.finish(1)
  expect([spool.length, spool.droppedBytes, spool.stdoutBytes]).toEqual([0, 5, 5])
})

test('after a kill what is on disk is taken over, without the torn end', async () => {
  const spool = make()
  spool.take(1, Buffer.from('one'), 1)
  spool.take(2, Buffer.from('two'), 1)
  await spool.finish(1)
  truncateSync(path(), spool.length - 1)
  const limits = budget()
  const recovered = OutputSpool.recover(path(), limits, () => {})
  made.push(recovered)
  expect([recovered.length, recovered.stdoutBytes, recovered.stderrBytes]).toEqual([16, 3, 0])
  expect(limits.usedBytes).toBe(16)
  expect(textOf(piecesOf(await readAll(recovered)), 1).toString()).toBe('one')
})

test('nothing on disk is an empty output', () => {
  closeSync(openSync(path(), 'w'))
  expect(OutputSpool.recover(path(), budget(), () => {}).length).toBe(0)
})

test('the tail is always the end of what went in, whatever the sizes', () => {
  const chunk = fc.tuple(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 400_000 }))
  fc.assert(
    fc.property(fc.array(chunk, { minLength: 1, maxLength: 12 }), (chunks) => {
      const tail = new OutputTail()
      const given: Buffer[] = []
      let counter = 0
      for (const [track, length] of chunks) {
        const bytes = Buffer.alloc(length, String(counter++ % 10))
        tail.add(track, bytes, 1)
        given.push(bytes)
      }
      const whole = Buffer.concat(given)
      const kept = Buffer.concat(piecesOf(Buffer.concat(tail.pieces())).map(({ text }) => text))
      expect(kept.length).toBe(Math.min(whole.length, OUTPUT_TAIL_BYTES))
      expect(kept.equals(whole.subarray(whole.length - kept.length))).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('a tail of alternating single bytes stays bounded', () => {
  const tail = new OutputTail()
  for (let i = 0; i < 100_000; i++) tail.add(1 + (i % 2), Buffer.from('x'), 1)
  expect(tail.pieces().length).toBeLessThan(20_000)
  expect(tail.total).toBe(100_000)
})
