/** Byte work that neither Node's nor the browser's types are needed for: this code runs in both, and in the verifier. */

/** Must return 32 bytes. `node:crypto` in Node, `@noble/hashes` in a browser. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

export const HASH_BYTES = 32

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]))

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]!
    text += left > 1 ? ALPHABET[(word >> 6) & 63]! : '='
    text += left > 2 ? ALPHABET[word & 63]! : '='
  }
  return text
}

/** Strict: padded, no white space, no stray bits, so that a signature has one spelling. @throws Error on anything else. */
export function fromBase64(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (text.length % 4 !== 0) throw new Error('not base64: its length is not a multiple of four')
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let written = 0
  for (let at = 0; at < text.length; at += 4) {
    let word = 0
    for (let offset = 0; offset < 4; offset++) {
      const isPadding = at + offset >= text.length - padding
      const value = isPadding ? 0 : VALUES.get(text[at + offset]!)
      if (value === undefined) throw new Error('not base64: it has a letter that does not belong')
      word = (word << 6) | value
    }
    for (let shift = 16; shift >= 0; shift -= 8) {
      if (written < bytes.length) bytes[written++] = (word >> shift) & 255
      else if (((word >> shift) & 255) !== 0) throw new Error('not base64: its last bits are not zero')
    }
  }
  return bytes
}

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}

/** UTF-8. A lone surrogate becomes U+FFFD, as every other encoder does. */
export function toUtf8(text: string): Uint8Array {
  const bytes: number[] = []
  for (const letter of text) {
    const point = letter.codePointAt(0)!
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      )
  }
  return Uint8Array.from(bytes)
}
