import { maskedContent, PieceTrack } from '../../common/piece.ts'
import { KeyUnits } from './key-units.ts'
import type { TerminalModes } from './libc.ts'
import { VisibleText } from './visible-text.ts'

/** A key that was not echoed for so long is not going to be. */
const ECHO_MILLISECONDS = 200
/** Output that shows nothing may be on the way to an echo; it is held no longer than nobody notices. */
const HOLD_MILLISECONDS = 5
/** Of the line before a key, so much is looked for before it, where an editor draws the line anew. */
const CONTEXT_CHARACTERS = 3
const LINE_LENGTH_MAX = 64
const HELD_BYTES_MAX = 256 * 1024
/** Of a paste that is shown in part only, so many characters in a row say that it is shown; they are looked for in so many places. */
const PASTED_IN_A_ROW = 24
const PLACES_LOOKED_AT = 16
const PASTE_MILLISECONDS = 150
const PASTE_OPENS = '\x1b[200~'
const PASTE_ENDS = '\x1b[201~'

export type AddPiece = (track: PieceTrack, content: Uint8Array, at: number) => void

interface Key {
  readonly kind: 'key'
  readonly bytes: Uint8Array
  readonly character: string | null
  readonly at: number
  /** Between the brackets of a paste: it goes to a program that asked for them. */
  readonly isPasted: boolean
  /** Whether it may be kept. */
  fate: 'open' | 'kept' | 'masked'
}

interface Other {
  readonly kind: 'other'
  readonly track: PieceTrack
  readonly content: Uint8Array
  readonly at: number
}

/**
 * Decides what of the typed keys is kept. Where the terminal itself echoes, all of it; where it does not although it puts
 * lines together (passwords), none. Where a program reads key by key nobody can say in advance, so a key is kept when the
 * program shows it at once, and masked when it shows something else or nothing: then the rest of the line is masked, too.
 * Of a paste longer than the screen zsh shows the end alone; a paste of which so much is shown is kept whole.
 * Pieces stay in the order in which things happened, so what comes behind a key that is not decided waits for it, for a
 * few milliseconds at most. Controls (Enter, arrows) are no secrets and always kept.
 */
export class TypedRecord {
  readonly #add: AddPiece
  readonly #keys = new KeyUnits()
  readonly #visible = new VisibleText()
  #queue: (Key | Other)[] = []
  #heldBytes = 0
  /** Open keys in the queue, in order. */
  #open: Key[] = []
  /** What was kept of the line so far, the end of it. */
  #line = ''
  #isLineMasked = false
  /** The controls typed last, one after the other. */
  #controls = ''
  #isPasting = false
  #isPasteShown = false
  /** When what is open is given up, on the clock of `at`. */
  #until: number | undefined

  constructor(add: AddPiece) {
    this.#add = add
  }

  /** When `give` must be called at the latest; undefined when nothing waits. */
  get until(): number | undefined {
    return this.#until
  }

  /** @param modes what the terminal does with it; undefined when that is not known */
  typed(bytes: Uint8Array, modes: TerminalModes | undefined, at: number): void {
    for (const unit of this.#keys.read(bytes)) {
      const { bytes: own, character } = unit
      const fate = this.#fateOf(character, modes)
      const key: Key = { kind: 'key', bytes: own, character, at, isPasted: this.#isPasting, fate }
      if (character === null) this.#bracket(own[0]!)
      else this.#controls = ''
      if (key.fate === 'open') this.#open.push(key)
      if (character === null) this.#endLine(own[0]!)
      else if (key.fate === 'kept') this.#addToLine(character)
      this.#queue.push(key)
    }
    if (this.#open.length > 0) this.#until ??= at + ECHO_MILLISECONDS
    this.#flush()
  }

  printed(bytes: Uint8Array, at: number): void {
    const newline = this.#open.length > 0 ? this.#echoed(bytes, at) : this.#visible.pass(bytes)
    if (newline && this.#open.length === 0) this.#isLineMasked = false
    this.other(PieceTrack.output, bytes, at)
  }

  /** Anything else that happens, in its place. */
  other(track: PieceTrack, content: Uint8Array, at: number): void {
    this.#queue.push({ kind: 'other', track, content, at })
    this.#heldBytes += content.length
    if (this.#heldBytes > HELD_BYTES_MAX) this.#giveUp()
    this.#flush()
  }

  /** Nothing more is waited for. */
  give(at: number): void {
    if (this.#until !== undefined && at >= this.#until) this.#giveUp()
    this.#flush()
  }

  finish(): void {
    this.#giveUp()
    this.#flush()
  }

  #fateOf(character: string | null, modes: TerminalModes | undefined): Key['fate'] {
    if (character === null) return 'kept'
    if (modes?.isCanonical) return modes.echoes ? 'kept' : 'masked'
    if (this.#isPasteShown) return 'kept'
    return this.#isLineMasked ? 'masked' : 'open'
  }

  #bracket(byte: number): void {
    this.#controls = (this.#controls + String.fromCharCode(byte)).slice(-PASTE_OPENS.length)
    if (this.#controls === PASTE_OPENS) this.#isPasting = true
    if (this.#controls !== PASTE_ENDS) return
    this.#isPasting = false
    this.#isPasteShown = false
  }

  #addToLine(character: string): void {
    this.#line += character
    if (this.#line.length > 2 * LINE_LENGTH_MAX) this.#line = this.#line.slice(-LINE_LENGTH_MAX)
  }

  /** Enter, Ctrl-C and Ctrl-D: what comes next has nothing to do with what was. */
  #endLine(byte: number): void {
    if (byte !== 0x0d && byte !== 0x0a && byte !== 0x03 && byte !== 0x04) return
    this.#line = ''
    if (this.#open.length === 0) this.#isLineMasked = false
  }

  #echoed(bytes: Uint8Array, at: number): boolean {
    const { text, newline } = this.#visible.read(bytes)
    this.#compare(text, at)
    return newline
  }

  /** What was printed after keys were typed: their echo, or something that says there is none. */
  #compare(text: string, at: number): void {
    if (text === '') {
      this.#until = Math.min(this.#until ?? at + HOLD_MILLISECONDS, at + HOLD_MILLISECONDS)
      return
    }
    const characters = [...text]
    let place = this.#echoIn(text, characters)
    if (place < 0) {
      if (!this.#isKeptAsPaste(text)) {
        if (this.#openPaste().length < PASTED_IN_A_ROW) this.#giveUp()
        else this.#until = Math.min(this.#until ?? Number.POSITIVE_INFINITY, at + PASTE_MILLISECONDS)
      }
      return
    }
    while (
      this.#open.length > 0 &&
      place < characters.length &&
      this.#open[0]!.character === characters[place]
    ) {
      const key = this.#open.shift()!
      key.fate = 'kept'
      this.#addToLine(key.character!)
      place++
    }
    if (place < characters.length && this.#isKeptAsPaste(characters.slice(place).join(''))) return
    this.#until = this.#open.length > 0 ? at + ECHO_MILLISECONDS : undefined
  }

  /** The open keys that belong to one paste, where the first does. */
  #openPaste(): readonly Key[] {
    const end = this.#open.findIndex(({ isPasted }) => !isPasted)
    return end < 0 ? this.#open : this.#open.slice(0, end)
  }

  /** Keeps it when a good piece of it is in what was printed. */
  #isKeptAsPaste(text: string): boolean {
    const pasted = this.#openPaste()
    if (pasted.length < PASTED_IN_A_ROW || !isShownInPart(text, pasted)) return false
    for (const key of pasted) {
      key.fate = 'kept'
      this.#addToLine(key.character!)
    }
    this.#open = this.#open.slice(pasted.length)
    this.#isPasteShown = this.#isPasting
    if (this.#open.length === 0) this.#until = undefined
    return true
  }

  /** Where the first open key is echoed: first of all, or behind what was typed before it. */
  #echoIn(text: string, characters: readonly string[]): number {
    const { character } = this.#open[0]!
    if (characters[0] === character) return 0
    const before = [...this.#line].slice(-CONTEXT_CHARACTERS).join('')
    if (before === '') return -1
    const found = text.lastIndexOf(before + character!)
    return found < 0 ? -1 : [...text.slice(0, found + before.length)].length
  }

  #giveUp(): void {
    if (this.#open.length > 0) {
      for (const key of this.#open) key.fate = 'masked'
      // Keys behind an Enter were of another line.
      this.#isLineMasked = !this.#isEnterBehind(this.#open[0]!)
      this.#open = []
    }
    this.#until = undefined
  }

  #isEnterBehind(key: Key): boolean {
    return this.#queue
      .slice(this.#queue.indexOf(key))
      .some((each) => each.kind === 'key' && each.character === null && each.bytes[0] === 0x0d)
  }

  /** Everything before the first open key goes, what belongs together as one piece. */
  #flush(): void {
    let index = 0
    while (index < this.#queue.length) {
      const first = this.#queue[index]!
      if (first.kind === 'other') {
        this.#heldBytes -= first.content.length
        this.#add(first.track, first.content, first.at)
        index++
        continue
      }
      if (first.fate === 'open') break
      const run: Key[] = []
      for (
        let next = this.#queue[index];
        next?.kind === 'key' && alike(next, first);
        next = this.#queue[index]
      ) {
        run.push(next)
        index++
      }
      if (first.fate === 'masked') this.#add(PieceTrack.masked, maskedContent(run.length), first.at)
      else this.#add(PieceTrack.input, Buffer.concat(run.map(({ bytes }) => bytes)), first.at)
    }
    if (index > 0) this.#queue = this.#queue.slice(index)
  }
}

const alike = (a: Key, b: Key): boolean => a.fate === b.fate && a.at === b.at

/** Whether what was printed has a good piece of what was pasted in it. */
function isShownInPart(text: string, pasted: readonly Key[]): boolean {
  const whole = pasted.map(({ character }) => character).join('')
  const last = text.length - PASTED_IN_A_ROW
  for (let place = 0; place < PLACES_LOOKED_AT && last >= 0; place++) {
    const at = Math.floor((last * place) / PLACES_LOOKED_AT)
    if (whole.includes(text.slice(at, at + PASTED_IN_A_ROW))) return true
  }
  return false
}
