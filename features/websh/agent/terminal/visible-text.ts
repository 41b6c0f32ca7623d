const ESCAPE = 0x1b
const LINE_FEED = 0x0a

/** The characters of output without what moves, colours and names: enough to compare with what was typed. */
export class VisibleText {
  #decoder = new TextDecoder()
  #isIn: 'text' | 'escape' | 'sequence' | 'string' = 'text'
  /** What was passed over may have ended within a character: the rest of it is none. */
  #isWithinCharacter = false

  /** `newline`: the output went on to another line, or another screen. */
  read(bytes: Uint8Array): { readonly text: string; readonly newline: boolean } {
    const visible = new Uint8Array(bytes.length)
    let length = 0
    let newline = false
    for (const byte of bytes) {
      if (this.#isIn !== 'text') this.#escape(byte)
      else if (byte === ESCAPE) this.#isIn = 'escape'
      else if (byte === LINE_FEED) newline = true
      else if (byte >= 0x20 && byte !== 0x7f && !(this.#isWithinCharacter && (byte & 0xc0) === 0x80)) {
        visible[length++] = byte
        this.#isWithinCharacter = false
      }
    }
    return { text: this.#decoder.decode(visible.subarray(0, length), { stream: true }), newline }
  }

  /** The same where nobody asks for the characters: a flood is not looked at one by one. @returns `newline` */
  pass(bytes: Uint8Array): boolean {
    let newline = false
    for (let at = 0; at < bytes.length; ) {
      if (this.#isIn !== 'text') {
        this.#escape(bytes[at++]!)
        continue
      }
      const found = bytes.indexOf(ESCAPE, at)
      const end = found < 0 ? bytes.length : found
      newline ||= bytes.subarray(at, end).includes(LINE_FEED)
      if (found >= 0) this.#isIn = 'escape'
      at = end + 1
    }
    this.#decoder = new TextDecoder()
    this.#isWithinCharacter = true
    return newline
  }

  #escape(byte: number): void {
    if (this.#isIn === 'escape') {
      if (byte === 0x5b) this.#isIn = 'sequence'
      else if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(byte)) this.#isIn = 'string'
      // Intermediate bytes of a short sequence: one more comes.
      else if (byte < 0x20 || byte > 0x2f) this.#isIn = byte === ESCAPE ? 'escape' : 'text'
      this.#isWithinCharacter ||= byte >= 0x80
    } else if (this.#isIn === 'sequence') {
      if (byte === ESCAPE) this.#isIn = 'escape'
      else if (byte >= 0x40 && byte <= 0x7e) this.#isIn = 'text'
    } else if (byte === 0x07 || byte === 0x18 || byte === 0x1a) this.#isIn = 'text'
    else if (byte === ESCAPE) this.#isIn = 'escape'
  }
}
