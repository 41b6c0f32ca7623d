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

/** Random pieces of 12 to 60 characters of these lines, as somebody cuts them out of a log. */
export function longParts(lines: readonly string[], count: number, seed: number): string[] {
  const random = randomBelow(seed)
  const parts: string[] = []
  while (parts.length < count) {
    const line = lines[random(lines.length)]!
    const length = 12 + random(49)
    const from = random(Math.max(1, line.length - length + 1))
    const part = line.slice(from, from + length).trim()
    // Half of a letter that takes two is no text.
    if (part.length >= 12 && part.isWellFormed()) parts.push(part)
  }
  return parts
}

/** The same texts with one letter or digit in each replaced by another: most of them are nowhere. */
export function alteredParts(texts: readonly string[], seed: number): string[] {
  const random = randomBelow(seed)
  return texts.map((text) => {
    const places = [...text.matchAll(/[a-z0-9]/gi)].map(({ index }) => index)
    if (places.length === 0) return text
    const at = places[random(places.length)]!
    const other = /\d/.test(text[at]!) ? '0123456789' : 'abcdefghijklmnopqrstuvwxyz'
    const letter =
      other[(other.indexOf(text[at]!.toLowerCase()) + 1 + random(other.length - 1)) % other.length]!
    return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
  })
}

/** Texts of one to three characters, half of them out of these lines and half of letters drawn alone. */
export function shortTexts(lines: readonly string[], count: number, seed: number): string[] {
  const random = randomBelow(seed)
  return Array.from({ length: count }, (_, index) => {
    const length = 1 + (index % 3)
    const letters = [...(index % 2 === 0 ? lines[random(lines.length)]! : 'qzxjkvwü§~^µ0123456789')]
    if (index % 2 === 1) return Array.from({ length }, () => letters[random(letters.length)]).join('')
    const from = random(Math.max(1, letters.length - length + 1))
    return letters.slice(from, from + length).join('')
  }).map((text) => text.trim() || '-')
}

function randomBelow(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
