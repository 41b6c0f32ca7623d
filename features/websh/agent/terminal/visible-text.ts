/** The characters of output without what moves, colours and names: enough to compare with what was typed. */
export class VisibleText {
  #decoder = new TextDecoder()
  #isInEscape: false | 'escape' | 'sequence' | 'string' = false

  /** `newline`: the output went on to another line, or another screen. */
  read(bytes: Uint8Array): { readonly text: string; readonly newline: boolean } {
    let text = ''
    let newline = false
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      const code = character.codePointAt(0)!
      if (this.#isInEscape) {
        this.#escape(code)
        continue
      }
      if (code === 0x1b) this.#isInEscape = 'escape'
      else if (code === 0x0a) newline = true
      else if (code >= 0x20 && code !== 0x7f) text += character
    }
    return { text, newline }
  }

  #escape(code: number): void {
    if (this.#isInEscape === 'escape') {
      if (code === 0x5b) this.#isInEscape = 'sequence'
      else if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(code)) this.#isInEscape = 'string'
      // Intermediate bytes of a short sequence: one more comes.
      else if (code < 0x20 || code > 0x2f) this.#isInEscape = code === 0x1b ? 'escape' : false
    } else if (this.#isInEscape === 'sequence') {
      if (code === 0x1b) this.#isInEscape = 'escape'
      else if (code >= 0x40 && code <= 0x7e) this.#isInEscape = false
    } else if (code === 0x07 || code === 0x18 || code === 0x1a) this.#isInEscape = false
    else if (code === 0x1b) this.#isInEscape = 'escape'
  }
}
