import headless from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScreenQueue } from './screen-queue.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const emulator = () =>
  new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true, logLevel: 'off', scrollback: 100 })
const drawn = (queue: ScreenQueue) => new Promise<void>((resolve) => queue.act(resolve))

describe('ScreenQueue', () => {
  it('takes a size at exactly the byte it was told at', async () => {
    const sizes: string[] = []
    const terminal = emulator()
    terminal.parser.registerOscHandler(7777, (text) => {
      sizes.push(`${text} at ${terminal.cols}`)
      return true
    })
    const queue = new ScreenQueue(terminal)
    queue.write(encode('\x1b]7777;a\x07'))
    queue.resize(40, 10)
    queue.write(encode('\x1b]7777;b\x07'))
    queue.resize(90, 10)
    queue.write(encode('\x1b]7777;c\x07'))
    await drawn(queue)
    expect(sizes).toEqual(['a at 80', 'b at 40', 'c at 90'])
  })

  it('bounds a hostile size', async () => {
    const terminal = emulator()
    const queue = new ScreenQueue(terminal)
    queue.resize(2 ** 31, 0)
    await drawn(queue)
    expect([terminal.cols, terminal.rows]).toEqual([1000, 1])
  })

  it('says once for each stretch that it is drawn, in order, and knows what waits', async () => {
    const queue = new ScreenQueue(emulator())
    const told: number[] = []
    for (let no = 0; no < 20; no++) queue.write(new Uint8Array(5000).fill(0x61), () => told.push(no))
    queue.write(new Uint8Array(100_000).fill(0x62), () => told.push(20))
    expect(queue.waitingBytes).toBe(200_000)
    await drawn(queue)
    expect(told).toEqual(Array.from({ length: 21 }, (_, no) => no))
    expect(queue.waitingBytes).toBe(0)
  })

  it('survives whatever is printed, and still draws afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }).map(encode))),
        async (stretches) => {
          const terminal = emulator()
          const queue = new ScreenQueue(terminal)
          for (const bytes of stretches) queue.write(bytes)
          queue.begin(80, 24)
          queue.write(encode('here'))
          await drawn(queue)
          expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('here')
          terminal.dispose()
        },
      ),
      { numRuns: 60 },
    )
  })
})
