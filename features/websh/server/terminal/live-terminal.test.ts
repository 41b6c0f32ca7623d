import { EventEmitter } from 'node:events'
import pino from 'pino'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { memoryBus } from '../../../../base/server/bus.ts'
import { terminals } from '../../../../seed/machines.ts'
import { world } from '../../../../seed/world.ts'
import type { AgentLink } from '../../../../wire/server/agent-link.ts'
import type { AttachTell } from '../../common/attach.ts'
import { encodePiece, PieceTrack } from '../../common/piece.ts'
import type { Recorder } from '../recording/index.ts'
import { LiveTerminal } from './live-terminal.ts'
import type { TerminalParts } from './parts.ts'
import { Viewer, type ViewerFacts } from './viewer.ts'

/** The browser's end: takes what it is sent and says when it has drawn it. */
class Browser extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  received = 0
  readonly told: AttachTell[] = []
  readonly #pings: string[] = []

  send(data: string | Uint8Array, ...rest: unknown[]): void {
    if (typeof data === 'string') this.told.push(JSON.parse(data))
    else this.received += data.length
    const done = rest.at(-1)
    if (typeof done === 'function') setImmediate(done as () => void)
  }
  draw(): void {
    this.emit('message', Buffer.from(JSON.stringify({ type: 'ack', bytes: this.received })), false)
  }
  ping(data: string): void {
    this.#pings.push(data)
  }
  /** As every client does by itself, once it has read what came before. */
  answer(): void {
    for (const data of this.#pings.splice(0)) this.emit('pong', Buffer.from(data))
  }
  pause(): void {}
  resume(): void {}
  terminate(): void {}
  close(): void {
    this.readyState = 3
  }
  screens(): number {
    return this.told.filter(({ type }) => type === 'screen').length
  }
}

function viewerOf(browser: Browser, mode: ViewerFacts['mode'], acknowledges: boolean): Viewer {
  const facts: ViewerFacts = {
    ...{
      id: crypto.randomUUID(),
      mode,
      readOnly: mode !== 'owner',
      name: mode,
      personId: null,
      guestId: null,
    },
    ...{ address: '127.0.0.1', client: 'test', browser: null, joinedAt: new Date(0), expiresAt: null },
    stillAllowed: async () => undefined,
  }
  return new Viewer(browser as unknown as WebSocket, facts, { acknowledges })
}

const turns = async (count = 20) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

async function liveTerminal(
  w: Awaited<ReturnType<typeof world>>,
  given: { strict?: boolean; write?: Recorder['write']; whenRecordingBreaks?: 'end' | 'go-on' } = {},
) {
  const { id } = terminals.theoSea
  await w.db
    .updateTable('recording')
    .set({ state: 'recording', started_at: new Date(0), closed_at: null, are_commands_whole: false })
    .where('terminal_id', '=', id)
    .execute()
  const row = await w.db
    .updateTable('terminal')
    .set({ strict: given.strict ?? false })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const ended: string[] = []
  const write = given.write ?? (async (bytes, offset) => offset + bytes.length)
  const live = await LiveTerminal.open({
    parts: {
      db: w.db,
      bus: memoryBus(),
      log: pino({ level: 'silent' }),
      now: () => new Date(0),
      blobs: { size: async () => undefined },
    } as unknown as TerminalParts,
    row,
    recorder: { offset: 0, write } as Recorder,
    whenRecordingBreaks: given.whenRecordingBreaks ?? 'end',
    end: (reason) => ended.push(reason),
    broke: () => {},
  })
  const sink = live.sink()
  let offset = 0
  let isWriting = false
  return {
    live,
    ended,
    /** Prints so many bytes, as the agent's stream brings them. Resolves when more may come. */
    print: async (bytes: number) => {
      isWriting = true
      for (let left = bytes; left > 0; left -= 16_000) {
        const content = Buffer.alloc(Math.min(left, 16_000), 'y')
        const piece = encodePiece({ track: PieceTrack.output, at: 0, content }, 0)
        await sink.write(piece, offset)
        offset += piece.length
      }
      isWriting = false
    },
    isHeld: () => isWriting,
    join: async (mode: ViewerFacts['mode'], { acknowledges = true } = {}) => {
      const browser = new Browser()
      const viewer = viewerOf(browser, mode, acknowledges)
      viewer.listen({
        typed: () => {},
        resized: () => {},
        progress: () => live.progress(),
        left: () => live.leave(viewer),
      })
      live.join(viewer)
      while (browser.screens() === 0) await turns()
      return browser
    },
  }
}

test('a terminal waits for its owner to have drawn, with no more than a window under way', async () => {
  await using w = await world({ machines: true })
  const { print, isHeld, join } = await liveTerminal(w)
  const owner = await join('owner')
  const printing = print(1_000_000)
  await turns()
  expect(isHeld()).toBe(true)
  expect(owner.received).toBeLessThan(300_000)
  while (isHeld()) {
    owner.draw()
    await turns(2)
  }
  await printing
  expect(owner.received).toBe(1_000_000)
  expect(owner.screens()).toBe(1)
})

test('what comes again after a lost link is neither shown nor kept twice', async () => {
  await using w = await world({ machines: true })
  const kept: Uint8Array[] = []
  let release: () => void = () => {}
  const write: Recorder['write'] = async (bytes, offset) => {
    kept.push(bytes.slice())
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return offset + bytes.length
  }
  const { live, join } = await liveTerminal(w, { write })
  const owner = await join('owner')
  const stream = Buffer.concat(
    Array.from('abcdef', (letter) =>
      encodePiece({ track: PieceTrack.output, at: 0, content: Buffer.alloc(1000, letter) }, 0),
    ),
  )
  const first = live.sink()
  await first.write(stream.subarray(0, 4500), 0)
  const second = live.sink()
  let durable = 0
  second.whenDurable?.((offset) => {
    durable = offset
  })
  await first.close()
  expect(second.offset).toBe(0)
  await second.write(stream, 0)
  await turns()
  expect(owner.received).toBe(6000)
  while (durable < stream.length) {
    release()
    await turns()
  }
  expect(Buffer.concat(kept).equals(stream)).toBe(true)
  expect(durable).toBe(stream.length)
})

test('who comes after the warning that it will close is warned too, until somebody types', async () => {
  await using w = await world({ machines: true })
  const { live, join } = await liveTerminal(w)
  const sink = live.sink()
  const note = (seconds: number) =>
    encodePiece(
      { track: PieceTrack.note, at: 0, content: Buffer.from(JSON.stringify({ note: 'idle', seconds })) },
      0,
    )
  const warnings = ({ told }: { told: readonly AttachTell[] }) =>
    told.flatMap((said) => (said.type === 'idle' ? [said.seconds] : []))
  await sink.write(note(60), 0)
  const late = await join('owner')
  while (warnings(late).length === 0) await turns()
  expect(warnings(late)).toEqual([60])
  await sink.write(note(0), note(60).length)
  const later = await join('watch')
  await turns()
  expect(warnings(late)).toEqual([60, 0])
  expect(warnings(later).filter((seconds) => seconds > 0)).toEqual([])
})

test('who only looks never holds it up: falling behind, they get a new screen instead', async () => {
  await using w = await world({ machines: true })
  const { print, join } = await liveTerminal(w)
  const watcher = await join('watch')
  await print(3_000_000)
  expect(watcher.received).toBeLessThan(1_100_000)
  expect(watcher.screens()).toBe(1)
  watcher.draw()
  while (watcher.screens() < 2) await turns()
  expect(watcher.told.at(-1)).toMatchObject({ type: 'screen' })
})

test('of two tabs of the owner the faster one sets the pace, and the other is given a new screen', async () => {
  await using w = await world({ machines: true })
  const { print, isHeld, join } = await liveTerminal(w)
  const [fast, asleep] = [await join('owner'), await join('owner')]
  const printing = print(3_000_000)
  do {
    fast.draw()
    await turns(2)
  } while (isHeld())
  await printing
  expect(fast.received).toBe(3_000_000)
  expect(fast.screens()).toBe(1)
  expect(asleep.received).toBeLessThan(1_100_000)
  asleep.draw()
  while (asleep.screens() < 2) await turns()
})

test('beside a fast owner a slow viewer is owed a bounded amount, however long it goes on, and sees that it missed some', async () => {
  await using w = await world({ machines: true })
  const { print, isHeld, join } = await liveTerminal(w)
  const [owner, slow] = [await join('owner'), await join('watch')]
  let drawn = 0
  let owed = 0
  for (let round = 0; round < 12; round++) {
    const printing = print(500_000)
    do {
      owner.draw()
      await turns(2)
    } while (isHeld())
    await printing
    owed = Math.max(owed, slow.received - drawn)
    // A link that carries a fifth of what is printed.
    drawn = Math.min(slow.received, drawn + 100_000)
    slow.emit('message', Buffer.from(JSON.stringify({ type: 'ack', bytes: drawn })), false)
  }
  expect(owner.received).toBe(6_000_000)
  expect(owed).toBeLessThan(1_200_000)
  while (slow.screens() < 2) {
    slow.draw()
    await turns()
  }
})

test('a hidden tab is not waited for, and has the screen as it is when it is seen again', async () => {
  await using w = await world({ machines: true })
  const { print, isHeld, join } = await liveTerminal(w)
  const owner = await join('owner')
  const away = (isAway: boolean) =>
    owner.emit('message', Buffer.from(JSON.stringify({ type: 'away', away: isAway })), false)
  away(true)
  await print(3_000_000)
  expect(owner.received).toBeLessThan(1_100_000)
  away(false)
  owner.draw()
  while (owner.screens() < 2) await turns()
  owner.draw()
  const printing = print(1_000_000)
  await turns()
  expect(isHeld()).toBe(true)
  while (isHeld()) {
    owner.draw()
    await turns(2)
  }
  await printing
})

test('what was printed while the link was lost does not go by before what happens now: it is kept, and the screen follows', async () => {
  await using w = await world({ machines: true })
  const { live, print, join } = await liveTerminal(w)
  const owner = await join('owner')
  const link = { serverId: 'any' } as unknown as AgentLink
  live.linked(link, 0)
  await print(1000)
  owner.draw()
  live.unlinked()
  live.linked(link, 0, 2_000_000)
  await print(1_900_000)
  expect(owner.received).toBe(1000)
  const late = await Promise.race([join('watch'), turns(200).then(() => undefined)])
  expect(late).toBeUndefined()
  const rest = print(200_000)
  while (owner.screens() < 2) {
    owner.draw()
    await turns()
  }
  await rest
  expect(owner.told.at(-1)).not.toMatchObject({ type: 'leave' })
})

test('a client that says nothing of what it draws is asked by pings, and waited for by their answers', async () => {
  await using w = await world({ machines: true })
  const { print, isHeld, join } = await liveTerminal(w)
  const owner = await join('owner', { acknowledges: false })
  await print(1000)
  owner.answer()
  const printing = print(1_000_000)
  await turns()
  expect(isHeld()).toBe(true)
  expect(owner.received).toBeLessThan(300_000)
  while (isHeld()) {
    owner.answer()
    await turns(2)
  }
  await printing
  expect(owner.received).toBe(1_001_000)
})

test('without anybody there it runs as fast as the disk takes it', async () => {
  await using w = await world({ machines: true })
  let written = 0
  const write: Recorder['write'] = async (bytes, offset) => {
    await turns(1)
    written += bytes.length
    return offset + bytes.length
  }
  const { print } = await liveTerminal(w, { write })
  await print(5_000_000)
  // The last of it is still on its way there.
  while (written < 5_000_000) await turns(1)
})

test('what answers a key is let in while the disk stands still behind a flood', async () => {
  await using w = await world({ machines: true })
  const standsStill: Recorder['write'] = () => new Promise<number>(() => {})
  const { live, print, isHeld } = await liveTerminal(w, { write: standsStill })
  const key = (text: string) => live.type(Buffer.from(text), viewerOf(new Browser(), 'owner', true))
  // The command itself was typed a moment ago, and its output is the flood.
  key('\r')
  const printed = print(2_200_000)
  await turns(400)
  expect(isHeld()).toBe(true)
  key('\x03')
  await printed
})

test('keys that a flood does not mind leave room for the one that ends it, and all of it is bounded', async () => {
  await using w = await world({ machines: true })
  const standsStill: Recorder['write'] = () => new Promise<number>(() => {})
  const { live, print, isHeld } = await liveTerminal(w, { write: standsStill })
  const press = async (text: string, times: number) => {
    for (let i = 0; i < times; i++) {
      live.type(Buffer.from(text), viewerOf(new Browser(), 'owner', true))
      await turns(100)
    }
  }
  const printed = print(3_300_000)
  await press('x', 8)
  expect(isHeld()).toBe(true)
  await press('\x03', 1)
  await printed
  void print(2_000_000)
  await press('\x03', 8)
  expect(isHeld()).toBe(true)
})

test('in a strict terminal nothing is shown that is not on disk', async () => {
  await using w = await world({ machines: true })
  let release: () => void = () => {}
  const write: Recorder['write'] = async (bytes, offset) => {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return offset + bytes.length
  }
  const { print, join } = await liveTerminal(w, { strict: true, write })
  const owner = await join('owner')
  await print(1000)
  await turns()
  expect(owner.received).toBe(0)
  release()
  await turns()
  expect(owner.received).toBe(1000)
})

test.each([
  { policy: 'end', strict: false, ends: true },
  { policy: 'go-on', strict: false, ends: false },
  { policy: 'go-on', strict: true, ends: true },
] as const)(
  'a recording that breaks is said, and the terminal $policy s (strict: $strict)',
  async (given) => {
    await using w = await world({ machines: true })
    const write = () => Promise.reject(new Error('no space left on device'))
    const { print, join, ended, live } = await liveTerminal(w, {
      write,
      strict: given.strict,
      whenRecordingBreaks: given.policy,
    })
    const owner = await join('owner')
    await print(100)
    while (live.isBroken === null) await turns()
    expect(owner.told.filter(({ type }) => type === 'recording')).toMatchObject([{ broken: true }])
    const late = await join('watch')
    expect(late.told.filter(({ type }) => type === 'recording')).toMatchObject([{ broken: true }])
    expect(ended).toHaveLength(given.ends ? 1 : 0)
    expect(live.isBroken).toBe('no space left on device')
    await print(100)
    if (!given.ends) expect(owner.received).toBe(200)
  },
)
