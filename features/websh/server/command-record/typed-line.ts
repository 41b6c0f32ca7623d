import { UNKNOWN } from './keyed-text.ts'
import type { Key } from './keys.ts'

/** Longer than anything a person edits; what is typed beyond is read from the screen only. */
const MOST_CHARACTERS = 1 << 18
/** More keys the recording does not hold say nothing of the line. */
const MOST_MASKED = 1 << 12

/**
 * What a line must hold after these keys, as every line editor would have it. It is a second opinion on what the screen
 * shows and never a source of its own: keys alone do not say what was echoed.
 */
export class TypedLine {
  #before: string[] = []
  #after: string[] = []
  #killed = ''
  #isLiteral = false
  /** False once a key came whose effect only the program knows: completion, history, search. */
  isExact = true
  /** Ctrl-C or Ctrl-G came in the middle: it emptied the line, or left a menu, a search, and the line as it was. */
  isRestarted = false

  get text(): string {
    return this.#before.join('') + this.#after.toReversed().join('')
  }

  press(key: Key): void {
    if (this.#isLiteral) {
      this.#isLiteral = false
      if (key.type === 'control') {
        this.#insert(String.fromCharCode(key.letter.charCodeAt(0) - 0x40))
        return
      }
    }
    switch (key.type) {
      case 'text':
        this.#insert(key.text)
        return
      case 'paste':
        // A paste that ends a line is shown as one, and some shells drop the end.
        this.#insert(key.text)
        return
      case 'masked':
        if (key.count > MOST_MASKED) this.isExact = false
        else this.#insert(UNKNOWN.repeat(key.count))
        return
      case 'enter':
        this.#insert('\n')
        return
      case 'backspace':
        this.#before.pop()
        return
      case 'delete':
        this.#after.pop()
        return
      case 'left':
        this.#left()
        return
      case 'right':
        this.#right()
        return
      case 'home':
        this.#home()
        return
      case 'end':
        this.#end()
        return
      case 'control':
        this.#control(key.letter)
        return
      case 'other':
        this.isExact = false
    }
  }

  #insert(text: string): void {
    if (this.#before.length + text.length > MOST_CHARACTERS) this.isExact = false
    else for (const character of text) this.#before.push(character)
  }

  #left(): void {
    const character = this.#before.pop()
    if (character !== undefined) this.#after.push(character)
  }

  #right(): void {
    const character = this.#after.pop()
    if (character !== undefined) this.#before.push(character)
    // At the end it takes what the shell suggests.
    else this.isExact = false
  }

  #home(): void {
    while (this.#before.length > 0) this.#left()
  }

  #end(): void {
    if (this.#after.length === 0) this.isExact = false
    while (this.#after.length > 0) this.#before.push(this.#after.pop()!)
  }

  #control(letter: string): void {
    switch (letter) {
      case 'A':
        this.#home()
        return
      case 'E':
        this.#end()
        return
      case 'B':
        this.#left()
        return
      case 'F':
        this.#right()
        return
      case 'D':
        this.#after.pop()
        return
      case 'K':
        this.#killed = this.#after.toReversed().join('')
        this.#after = []
        return
      case 'U':
        // Some shells take the whole line, others what stands before the cursor.
        if (this.#after.length > 0) this.isExact = false
        if (this.#before.length > 0) this.#killed = this.#before.join('')
        this.#before = []
        return
      case 'Y':
        if (this.#killed === '') this.isExact = false
        this.#insert(this.#killed)
        return
      case 'L':
        return
      case 'V':
        this.#isLiteral = true
        return
      case 'C':
      case 'G':
        this.#before = []
        this.#after = []
        this.isExact = true
        this.isRestarted = true
        return
      default:
        this.isExact = false
    }
  }
}
