/** Beyond so much, the payload of a string sequence (OSC, DCS, APC …) is left out: no programme says that much in one. */
const STRING_BYTES_MAX = 64 * 1024
/** A control sequence that is longer says nothing an emulator keeps: it is left out whole. */
const SEQUENCE_BYTES_MAX = 256
/** Marks on one character: the scripts that need most take fewer than ten. */
const MARKS_MAX = 16
const REPEATS_MAX = 4096

const ESC = 0x1b
/** Sequences an emulator repeats step by step, counted in lines, and in cells. */
const lineFinals = new Set([...'LMST'].map((final) => final.charCodeAt(0)))
const cellFinals = new Set([...'@IPXZ'].map((final) => final.charCodeAt(0)))
const REPEAT = 'b'.charCodeAt(0)
const MARK = /^[\p{M}\u200b-\u200f\u2060-\u2064\ufeff]$/u

type State = 'text' | 'escape' | 'sequence' | 'overlong' | 'string'

interface Size {
  readonly columns: number
  readonly rows: number
}

/**
 * Takes the teeth out of what a terminal printed, before an emulator reads it: `ESC [ 2000000000 L` would keep one busy
 * for hours, an endless string or an endless heap of accents would fill its memory. What such a sequence does to a screen
 * of this size stays the same; everything else passes as it is. Bytes may be cut anywhere.
 */
export class BoundedControls {
  #state: State = 'text'
  #sequence: number[] = []
  #stringBytes = 0
  #character: number[] = []
  #missing = 0
  #marks = 0

  /** @param size of the screen these bytes are drawn on */
  pass(bytes: Uint8Array, size: Size): Uint8Array {
    const out = new Out(bytes.length + SEQUENCE_BYTES_MAX + 4)
    for (const byte of bytes) this.#take(byte, out, size)
    return out.bytes
  }

  #take(byte: number, out: Out, size: Size) {
    if (this.#missing > 0) {
      if ((byte & 0xc0) === 0x80) return this.#continue(byte, out)
      // Cut in the middle: the emulator drops it just so.
      for (const one of this.#character) out.push(one)
      this.#missing = 0
    }
    if (byte >= 0xc2 && byte <= 0xf4) {
      this.#character = [byte]
      this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
      return
    }
    this.#ascii(byte, out, size)
  }

  #ascii(byte: number, out: Out, size: Size) {
    this.#marks = 0
    if (byte === ESC) {
      this.#drop(out)
      this.#state = 'escape'
      out.push(byte)
      return
    }
    if (byte === 0x18 || byte === 0x1a) {
      this.#drop(out)
      this.#state = 'text'
      out.push(byte)
      return
    }
    switch (this.#state) {
      case 'text':
        return out.push(byte)
      case 'escape':
        return this.#afterEscape(byte, out)
      case 'string':
        // Only BEL ends one; ESC and the controls of eight bits are dealt with elsewhere.
        if (byte === 0x07) this.#state = 'text'
        else if (++this.#stringBytes > STRING_BYTES_MAX) return
        return out.push(byte)
      default:
        return this.#inSequence(byte, out, size)
    }
  }

  #afterEscape(byte: number, out: Out) {
    if (byte < 0x20 || byte === 0x7f) return out.push(byte)
    if (byte === 0x5b) {
      this.#begin(out)
      return
    }
    out.push(byte)
    if (byte === 0x50 || byte === 0x58 || byte === 0x5d || byte === 0x5e || byte === 0x5f) this.#beginString()
    // After an intermediate byte whatever follows ends the sequence, `[` too.
    else this.#state = 'text'
  }

  /** `ESC` stands in the output already: where the sequence is left out, CAN takes it back. */
  #begin(out: Out): void {
    out.push(0x5b)
    this.#sequence = []
    this.#state = 'sequence'
  }

  #beginString(): void {
    this.#state = 'string'
    this.#stringBytes = 0
  }

  #inSequence(byte: number, out: Out, size: Size) {
    // Controls inside a sequence are carried out at once, before it.
    if (byte < 0x20 || byte === 0x7f) return out.push(byte)
    if (byte >= 0x40) {
      if (this.#state === 'overlong') out.push(0x18)
      else for (const one of rewritten(this.#sequence, byte, size)) out.push(one)
      this.#sequence = []
      this.#state = 'text'
      return
    }
    if (this.#sequence.length >= SEQUENCE_BYTES_MAX) {
      this.#state = 'overlong'
      this.#sequence = []
    } else if (this.#state === 'sequence') this.#sequence.push(byte)
  }

  /** A sequence another one begins in the middle of: what it was goes with it. */
  #drop(out: Out): void {
    for (const one of this.#sequence) out.push(one)
    this.#sequence = []
  }

  #continue(byte: number, out: Out) {
    this.#character.push(byte)
    if (--this.#missing > 0) return
    const [first = 0, second = 0] = this.#character
    // U+0080 to U+009F: the controls of eight bits, in UTF-8.
    if (first === 0xc2 && second < 0xa0) return this.#control(second, out)
    if (this.#state === 'sequence' || this.#state === 'overlong' || this.#state === 'escape') {
      this.#drop(out)
      out.push(0x18)
      this.#state = 'text'
    }
    if (this.#state === 'string') {
      this.#stringBytes += this.#character.length
      if (this.#stringBytes > STRING_BYTES_MAX) return
    } else {
      this.#marks = MARK.test(characterOf(this.#character)) ? this.#marks + 1 : 0
      if (this.#marks > MARKS_MAX) return
    }
    for (const one of this.#character) out.push(one)
  }

  #control(second: number, out: Out): void {
    this.#marks = 0
    this.#drop(out)
    out.push(0xc2)
    out.push(second)
    if (second === 0x9b) {
      this.#sequence = []
      this.#state = 'sequence'
    } else if (second === 0x90 || second === 0x98 || second === 0x9d || second === 0x9e || second === 0x9f)
      this.#beginString()
    else this.#state = 'text'
  }
}

/** The parameters of a sequence that is carried out step by step, bounded by the screen. */
function rewritten(sequence: number[], final: number, { columns, rows }: Size): number[] {
  const limit = lineFinals.has(final)
    ? rows
    : cellFinals.has(final)
      ? columns
      : final === REPEAT
        ? Math.min(columns * rows, REPEATS_MAX)
        : undefined
  if (limit === undefined) return [...sequence, final]
  const text = String.fromCharCode(...sequence).replace(/\d+/g, (digits) =>
    Number(digits) > limit ? String(limit) : digits,
  )
  return [...text].map((character) => character.charCodeAt(0)).concat(final)
}

/** A character of several bytes; none where they are none. */
function characterOf(bytes: readonly number[]): string {
  const [first = 0, ...rest] = bytes
  const point = rest.reduce((sum, byte) => sum * 64 + (byte & 0x3f), first & (0x7f >> bytes.length))
  return point > 0x10ffff ? '' : String.fromCodePoint(point)
}

class Out {
  #bytes: Uint8Array
  #length = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  readonly push = (byte: number): void => {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = byte
  }
}
