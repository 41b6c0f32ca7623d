/** A key, or what a key sends: a printable character, or something that never is a secret (Enter, arrows, Ctrl-C …). */
export interface KeyUnit {
  readonly bytes: Uint8Array
  /** The printable character; null for a control. */
  readonly character: string | null
}

const ESCAPE = 0x1b

type Mode = 'ground' | 'escape' | 'sequence' | 'single'

/** Splits typed bytes into keys; escape sequences and characters may be cut anywhere between two writes. */
export class KeyUnits {
  #mode: Mode = 'ground'
  /** Bytes of a character that is not whole yet, and how many it will have. */
  #partial: number[] = []
  #need = 0

  read(bytes: Uint8Array): KeyUnit[] {
    const units: KeyUnit[] = []
    for (const byte of bytes) {
      const unit = this.#take(byte)
      if (unit) units.push(unit)
    }
    return units
  }

  #take(byte: number): KeyUnit | undefined {
    if (this.#need > 0) {
      if ((byte & 0xc0) === 0x80) {
        this.#partial.push(byte)
        if (this.#partial.length < this.#need) return undefined
        return this.#character()
      }
      // Broken off: what was there is kept as one unknown character, and this byte is looked at anew.
      this.#need = 0
    }
    if (this.#mode !== 'ground') return this.#inEscape(byte)
    if (byte === ESCAPE) this.#mode = 'escape'
    if (byte < 0x80) return ascii[byte]
    this.#partial = [byte]
    this.#need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return this.#need === 1 ? this.#character() : undefined
  }

  #character(): KeyUnit {
    const bytes = Uint8Array.from(this.#partial)
    this.#partial = []
    this.#need = 0
    return { bytes, character: new TextDecoder().decode(bytes) }
  }

  /** Part of what an arrow or a function key sends, or of a paste's brackets. Alt and a letter is a command, too. */
  #inEscape(byte: number): KeyUnit {
    if (this.#mode === 'escape') {
      if (byte === 0x5b) this.#mode = 'sequence'
      else if (byte === 0x4f) this.#mode = 'single'
      else if (byte !== ESCAPE) this.#mode = 'ground'
    } else if (this.#mode === 'single' || (byte >= 0x40 && byte <= 0x7e) || byte < 0x20) this.#mode = 'ground'
    return control(byte)
  }
}

const isControl = (byte: number) => byte < 0x20 || byte === 0x7f

/** Made once: a paste is millions of them. */
const ascii: readonly KeyUnit[] = Array.from({ length: 0x80 }, (_, byte) => ({
  bytes: Uint8Array.of(byte),
  character: isControl(byte) ? null : String.fromCharCode(byte),
}))

const control = (byte: number): KeyUnit => ({ bytes: Uint8Array.of(byte), character: null })
