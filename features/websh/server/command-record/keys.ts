import { UNKNOWN } from './keyed-text.ts'

/** What a person pressed, as far as it matters to a line being edited. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  /** Pasted between the marks of bracketed paste; line ends are `\n`. */
  | { readonly type: 'paste'; readonly text: string }
  /** Enter, or what also ends a line: Ctrl-J, Ctrl-O. */
  | { readonly type: 'enter' }
  | { readonly type: 'control'; readonly letter: string }
  | { readonly type: 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' }
  /** Characters the recording does not hold. */
  | { readonly type: 'masked'; readonly count: number }
  /** Any other key: arrows up and down, Alt with a letter, function keys. */
  | { readonly type: 'other'; readonly sequence: string }

/** A paste beyond this is cut off in what we remember; the screen still shows it. */
const MOST_PASTE = 1 << 20
/** A sequence longer than this is none. */
const MOST_SEQUENCE = 64

const NAMED: Readonly<Record<string, Key['type'] & ('delete' | 'left' | 'right' | 'home' | 'end')>> = {
  '[3~': 'delete',
  '[D': 'left',
  OD: 'left',
  '[C': 'right',
  OC: 'right',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
}

/** What a terminal answers by itself: reports of position, attributes, modes, colours, focus, mouse. */
const REPLY = /^(\[[?>=]?[\d;]*(c|n|t|\$y)|\[\d+;\d+R|\[[IO]|\[<[\d;]*[Mm]|\[M.{3}|[\]PX^_].*)$/su

/** Turns input bytes into keys; a character or sequence may come in pieces. */
export class KeyReader {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #paste: string | undefined

  read(bytes: Uint8Array): Key[] {
    const fresh = this.#decoder.decode(bytes, { stream: true })
    const text = this.#rest === '\x1b' && !/^[[O]/.test(fresh) ? fresh : this.#rest + fresh
    this.#rest = ''
    const keys: Key[] = []
    let at = 0
    while (at < text.length) {
      if (this.#paste !== undefined) {
        at = this.#readPaste(text, at, keys)
        continue
      }
      const length = text[at] === '\x1b' ? sequenceLength(text, at) : undefined
      if (length === 'open') {
        this.#rest = text.slice(at)
        break
      }
      if (length !== undefined) {
        this.#sequence(text.slice(at + 1, at + length), keys)
        at += length
      } else {
        const character = String.fromCodePoint(text.codePointAt(at)!)
        keys.push(plain(character))
        at += character.length
      }
    }
    // A lone Escape is the key, unless what follows it right away shows it was the start of a sequence.
    if (this.#rest === '\x1b') keys.push({ type: 'other', sequence: '' })
    return keys
  }

  /** Keys the recording does not hold; within a paste they stand where they were. */
  masked(count: number): Key[] {
    if (this.#paste === undefined) return [{ type: 'masked', count }]
    // What came of a sequence before them was none.
    this.#paste += this.#rest
    this.#rest = ''
    if (this.#paste.length + count < MOST_PASTE) this.#paste += UNKNOWN.repeat(count)
    return []
  }

  #readPaste(text: string, at: number, keys: Key[]): number {
    const end = text.indexOf('\x1b[201~', at)
    const stop = end < 0 ? text.length : end
    // The closing mark itself may be cut.
    const cut = end < 0 ? text.lastIndexOf('\x1b', text.length) : -1
    const upTo = cut >= at && text.length - cut < 6 ? cut : stop
    if (this.#paste!.length < MOST_PASTE) this.#paste += text.slice(at, upTo)
    if (end < 0) {
      this.#rest = text.slice(upTo)
      return text.length
    }
    keys.push({ type: 'paste', text: this.#paste!.replace(/\r\n?/g, '\n') })
    this.#paste = undefined
    return end + 6
  }

  #sequence(body: string, keys: Key[]): void {
    if (body === '[200~') {
      this.#paste = ''
      return
    }
    const code = /^\[(\d+)(?:;(\d+))?u$/.exec(body)
    const named = NAMED[body]
    if (body === '\r' || body === '\n') keys.push({ type: 'other', sequence: '' }, { type: 'enter' })
    else if (named !== undefined) keys.push({ type: named })
    else if (code !== null) keys.push(fromCode(Number(code[1]), Number(code[2] ?? 1)))
    else if (!REPLY.test(body)) keys.push({ type: 'other', sequence: body })
  }
}

/** The keyboard protocol of newer terminals: a code point and which keys were held. */
function fromCode(code: number, held: number): Key {
  const character = String.fromCodePoint(Math.min(code, 0x10ffff))
  if (held === 5 && /[a-z]/.test(character)) return control(character.charCodeAt(0) & 0x1f)
  if (held === 1) return plain(character)
  return { type: 'other', sequence: `u${code};${held}` }
}

function plain(character: string): Key {
  const code = character.codePointAt(0)!
  if (code === 0x7f) return { type: 'backspace' }
  return code < 0x20 ? control(code) : { type: 'text', text: character }
}

function control(code: number): Key {
  if (code === 0x0d || code === 0x0a || code === 0x0f) return { type: 'enter' }
  if (code === 0x08) return { type: 'backspace' }
  return { type: 'control', letter: String.fromCharCode(code + 0x40) }
}

/** @returns undefined: not a sequence but a lone Escape; open: more of it is to come. */
function sequenceLength(text: string, at: number): number | 'open' | undefined {
  const rest = text.slice(at + 1, at + MOST_SEQUENCE)
  if (rest === '') return 'open'
  if (rest[0] === '[') {
    if (rest[1] === 'M') return rest.length < 5 ? 'open' : 6
    const found = /^\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/.exec(rest)
    if (found !== null) return 1 + found[0].length
    return /^\[[\x20-\x3f]*$/.test(rest) && rest.length < MOST_SEQUENCE - 2 ? 'open' : 2
  }
  if (rest[0] === 'O') return rest.length < 2 ? 'open' : 3
  if (/^[\]PX^_]/.test(rest)) {
    const found = /^[^\x07\x1b]*(\x07|\x1b\\)/.exec(rest)
    if (found !== null) return 1 + found[0].length
    return rest.length < MOST_SEQUENCE - 2 && /^[\]P]\d*;?/.test(rest) ? 2 : 2
  }
  return 2
}
