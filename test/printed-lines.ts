import { fold } from '../features/websh/server/recording/search/signature.ts'

/** Lines, and how a program may print them. */
export interface Printed {
  readonly lines: readonly string[]
  /** What comes from the terminal, in pieces that end anywhere: escapes stand within words, and long lines wrap. */
  readonly pieces: readonly string[]
}

const words = [
  ...['error', 'Payments', 'REQUEST', 'kubectl', 'größer', 'Straße', 'naïve', 'ΟΔΟΣ', 'λόγος', 'Ошибка'],
  ...[
    'подключение',
    '界面',
    '日本語テキスト',
    '서버',
    '🙂',
    '/var/log/nginx',
    'a_b-c.d',
    '--no-cache',
    '100%',
    '{"id":',
  ],
]
const escapes = [
  '\x1b[31m',
  '\x1b[0m',
  '\x1b[1;38;5;208m',
  '\x1b]0;a title\x07',
  '\x1b(B',
  '\x1b[?25h',
  '\x1b[4m',
]

/** The same for the same seed. */
export function printedLines(count: number, seed: number): Printed {
  const random = randomBelow(seed)
  const lines = Array.from({ length: count }, (_, at) => {
    let line = `${at}:`
    for (const length = 20 + random(random(8) === 0 ? 900 : 120); line.length < length; )
      line += ` ${random(3) === 0 ? random(2 ** 32).toString(random(2) === 0 ? 16 : 36) : words[random(words.length)]}`
    return line
  })
  const pieces: string[] = []
  let piece = ''
  for (const line of lines)
    for (const letter of [...line, '\r\n']) {
      piece += random(9) === 0 ? `${escapes[random(escapes.length)]}${letter}` : letter
      if (random(200) > 0) continue
      pieces.push(piece)
      piece = ''
    }
  pieces.push(piece)
  return { lines, pieces }
}

/** Random parts of these lines as somebody may type them, with at least three letters or digits, and what each was cut from. */
export function randomParts(lines: readonly string[], count: number, seed: number) {
  const random = randomBelow(seed)
  const parts: { readonly text: string; readonly line: string }[] = []
  while (parts.length < count) {
    const line = lines[random(lines.length)]!
    const letters = [...line]
    const from = random(letters.length)
    const part = letters
      .slice(from, from + 3 + random(random(4) === 0 ? 90 : 20))
      .join('')
      .trim()
    const text = [part, part.toLowerCase(), part.toUpperCase()][random(3)]!
    // Of some letters the capital one is another letter: who types that looks for something else.
    if (fold(text) !== fold(part) || (text.match(/[\p{L}\p{N}]/gu) ?? []).length < 3) continue
    parts.push({ text, line })
  }
  return parts
}

function randomBelow(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
