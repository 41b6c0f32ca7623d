/**
 * Casts as terminals write them, of any size, the same for the same seed: prompts and commands typed key by key, listings, logs with
 * colours and numbers, builds with progress, and full-screen programs that redraw.
 */
export function* castLines(bytes: number, seed = 1): Generator<string> {
  yield `${JSON.stringify({ version: 2, width: COLUMNS, height: ROWS, timestamp: 1_785_000_000 })}\n`
  for (const { milliseconds, code, data } of castEvents(bytes, seed))
    yield `${JSON.stringify([milliseconds / 1000, code, data])}\n`
}

export const COLUMNS = 120
export const ROWS = 32

export interface MadeEvent {
  readonly milliseconds: number
  readonly code: 'o' | 'i'
  readonly data: string
}

/** The events of such a cast, and what follows them as text: about as many bytes as its lines have. */
export function* castEvents(bytes: number, seed = 1): Generator<MadeEvent> {
  const random = mulberry(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(all.length * random() ** 1.5)]!
  let at = 0
  let length = 0
  const event = (code: 'o' | 'i', data: string, seconds: number): MadeEvent => {
    at += seconds
    length += data.length + LINE_BYTES
    for (const character of data) if (character < ' ') length += character === '\x1b' ? 5 : 1
    return { milliseconds: Math.round(at * 1000), code, data }
  }
  for (let number = 0; length < bytes; number++) {
    const command = `${pick(commands)} ${pick(words)}-${Math.floor(random() * 5000)}`
    yield event('o', '\x1b[32mmina@web-1\x1b[0m:\x1b[34m~/release\x1b[0m$ ', 0.1)
    for (const key of command) {
      yield event('i', key, 0.08 + random() * 0.1)
      yield event('o', key, 0.004)
    }
    yield event('i', '\r', 0.3)
    yield event('o', '\r\n', 0.004)
    const lines = 20 + Math.floor(random() ** 3 * 4000)
    const isScreen = number % 7 === 6
    if (isScreen) yield event('o', '\x1b[?1049h\x1b[2J', 0.05)
    for (let done = 0; done < lines && length < bytes; ) {
      let text = ''
      for (let line = 0; line < 12; line++, done++)
        text += isScreen ? redrawn(random, pick, done) : logged(random, pick)
      yield event('o', text, 0.002 + random() * 0.05)
    }
    if (isScreen) yield event('o', '\x1b[?1049l', 0.05)
  }
}

/** What a line of a cast has beside its data, about. */
const LINE_BYTES = 18

const commands = [
  'ls -la',
  'git log --oneline',
  'systemctl status',
  'journalctl -u',
  'make',
  'tail -n 500',
  'kubectl get pods -n',
  'grep -rn',
]
const words = [
  'payments',
  'ledger',
  'gateway',
  'search',
  'billing',
  'session',
  'archive',
  'worker',
  'report',
  'invoice',
  'release',
  'canary',
  'metrics',
  'backup',
  'queue',
  'mailer',
]
const levels = ['\x1b[32mINFO\x1b[0m', '\x1b[33mWARN\x1b[0m', '\x1b[31mERROR\x1b[0m', 'DEBUG']

const hex = (random: () => number, digits: number) =>
  Array.from({ length: digits }, () => '0123456789abcdef'[Math.floor(random() * 16)]).join('')

function logged(random: () => number, pick: <T>(all: readonly T[]) => T): string {
  const time = new Date(1_785_000_000_000 + random() * 86_400_000).toISOString()
  return `${time} ${pick(levels)} [${pick(words)}] ${pick(words)} ${pick(words)} took ${Math.floor(random() * 9000)} ms for request ${hex(random, 12)} from 10.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}.7\r\n`
}

function redrawn(random: () => number, pick: <T>(all: readonly T[]) => T, line: number): string {
  const row = 2 + (line % 28)
  return `\x1b[${row};1H\x1b[K${String(Math.floor(random() * 60_000)).padStart(6)} ${pick(words).padEnd(12)} ${(random() * 100).toFixed(1).padStart(5)} \x1b[7m${'|'.repeat(Math.floor(random() * 30))}\x1b[0m`
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
