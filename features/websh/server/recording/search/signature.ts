/**
 * What a stretch of text can hold, as bits: for each three and each four letters in a row, by their hash, whether they occur.
 * A text whose parts are not all there is certainly not in it; else it may be. docs/decisions/0020.
 */
export const SIGNATURE_BITS = 65_536
/**
 * Bits of a part of three letters: a text of three letters has but one part, and where a quarter of all bits is set, one bit
 * says little. Signatures of before websh/0005 have one.
 */
export const SHORT_BITS = 3

/** Bits of a text looked up; more tell hardly anything apart that these do not. */
const BITS_MAX = 32
const SHORT = 3
const LONG = 4
const FACTOR = 0x9e3779b1
const OTHER_FACTOR = 0x85ebca6b
const LINE_FEED = 10

/** Takes letter case away, alike for what is kept and what is looked for. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  // Which of the two small sigmas becomes of a capital one depends on what follows it.
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower
}

/** Whether `text` has more letters than a signature knows of. */
export const isSigned = (folded: string): boolean => folded.length >= SHORT

/** Signatures of granules, turned over: for each bit one row that says which granules have it. */
export class SignatureBlock {
  /** SIGNATURE_BITS rows of `granules` ÷ 8 bytes. */
  readonly bits: Uint8Array
  readonly #rowBytes: number

  /** @param granules a multiple of 8 */
  constructor(granules: number) {
    this.#rowBytes = granules / 8
    this.bits = new Uint8Array(SIGNATURE_BITS * this.#rowBytes)
  }

  /** @param text folded; lines, each of which is searched by itself */
  add(granule: number, text: string): void {
    const { bits } = this
    const rowBytes = this.#rowBytes
    const byte = granule >> 3
    const bit = 1 << (granule & 7)
    let inLine = 0
    let first = 0
    let second = 0
    let third = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      inLine = code === LINE_FEED ? 0 : inLine + 1
      if (inLine >= SHORT) {
        const part = hash(second, third, code)
        bits[firstOf(part) * rowBytes + byte]! |= bit
        bits[secondOf(part) * rowBytes + byte]! |= bit
        bits[thirdOf(part) * rowBytes + byte]! |= bit
      }
      if (inLine >= LONG) bits[firstOf(hashLong(first, second, third, code)) * rowBytes + byte]! |= bit
      first = second
      second = third
      third = code
    }
  }
}

/** Several blocks of the same size side by side, as one. */
export function joinBlocks(blocks: readonly Uint8Array[]): Uint8Array {
  const rowBytes = blocks[0]!.length / SIGNATURE_BITS
  const joined = new Uint8Array(SIGNATURE_BITS * rowBytes * blocks.length)
  for (const [index, block] of blocks.entries())
    for (let row = 0; row < SIGNATURE_BITS; row++) {
      const from = row * rowBytes
      const to = (row * blocks.length + index) * rowBytes
      for (let byte = 0; byte < rowBytes; byte++) joined[to + byte] = block[from + byte]!
    }
  return joined
}

/**
 * The bits a granule must have to hold a text: of its longer parts, and of the shorter where it has few of those.
 * @param shortBits how many bits the granule's signature has for a part of three letters
 */
export function bitsOf(folded: string, shortBits = SHORT_BITS): number[] {
  const codes = Array.from({ length: folded.length }, (_, at) => folded.charCodeAt(at))
  const bits: number[] = []
  // Parts that lie over each other say the same, so every fourth one comes first.
  for (let offset = 0; offset < LONG; offset++)
    for (let at = offset; at + LONG <= codes.length; at += LONG)
      bits.push(firstOf(hashLong(codes[at]!, codes[at + 1]!, codes[at + 2]!, codes[at + 3]!)))
  for (const bitOf of [firstOf, secondOf, thirdOf].slice(0, shortBits))
    for (let at = 0; at + SHORT <= codes.length; at++)
      bits.push(bitOf(hash(codes[at]!, codes[at + 1]!, codes[at + 2]!)))
  return [...new Set(bits)].slice(0, BITS_MAX)
}

const mixed = (key: number) => {
  const product = Math.imul(key ^ (key >>> 15), FACTOR)
  return product ^ (product >>> 13)
}
const hash = (first: number, second: number, third: number) =>
  mixed(Math.imul(Math.imul(first, 961) + Math.imul(second, 31) + third, FACTOR))
const hashLong = (first: number, second: number, third: number, fourth: number) =>
  mixed(
    Math.imul(Math.imul(first, 29_791) + Math.imul(second, 961) + Math.imul(third, 31) + fourth, FACTOR) + 1,
  )
const firstOf = (hashed: number) => hashed >>> 16
const secondOf = (hashed: number) => hashed & 0xffff
const thirdOf = (hashed: number) => Math.imul(hashed, OTHER_FACTOR) >>> 16
