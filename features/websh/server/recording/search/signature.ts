/**
 * What a stretch of text can hold, as bits in three layers: for each part of a line, by its hash, whether it occurs. A text whose
 * parts are not all there is certainly not in it; else it may be. Short parts say what a word is made of, long ones that its
 * pieces stand beside each other. docs/decisions/0020.
 *
 * | layer | bits set in it, for each part of so many letters |
 * |---|---|
 * | 0 | five each for one, two and three letters: a short text has but one part; one for four |
 * | 1 | another one for four, one for eight |
 * | 2 | one for sixteen |
 */
export const LAYERS = 3
/** Bits in a layer of one granule. */
export const LAYER_BITS = 65_536

/** Bits of a text looked up in one layer; more tell hardly anything apart that these do not. */
const BITS_MAX = 24
const SHORT_BITS = 5
const SHORT = 3
const FOUR = 4
const EIGHT = 8
const SIXTEEN = 16
const FACTOR = 0x9e3779b1
const BASE = 0x01000193
const LINE_FEED = 10

/** Takes letter case away, alike for what is kept and what is looked for. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  // Which of the two small sigmas becomes of a capital one depends on what follows it.
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower
}

/** Signatures of granules, turned over: for each bit one row that says which granules have it. */
export class SignatureBlock {
  /** Each is LAYER_BITS rows of `granules` ÷ 8 bytes. */
  readonly layers: readonly Uint8Array[]
  readonly #rowBytes: number
  /** Hashes of parts that were set a moment ago: most come again and again. */
  readonly #seen = new Int32Array(LAYER_BITS)

  /** @param granules a multiple of 8 */
  constructor(granules: number) {
    this.#rowBytes = granules / 8
    this.layers = Array.from({ length: LAYERS }, () => new Uint8Array(LAYER_BITS * this.#rowBytes))
  }

  /** @param text folded; lines, each of which is searched by itself */
  add(granule: number, text: string): void {
    const [low, middle, high] = this.layers as [Uint8Array, Uint8Array, Uint8Array]
    const rowBytes = this.#rowBytes
    const byte = granule >> 3
    const bit = 1 << (granule & 7)
    this.#seen.fill(0)
    // No hash has its place elsewhere, and this one is none of place 0.
    this.#seen[0] = -1
    let inLine = 0
    let first = 0
    let second = 0
    let third = 0
    let eight = 0
    let sixteen = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === LINE_FEED) {
        inLine = 0
        eight = 0
        sixteen = 0
        continue
      }
      inLine++
      this.#setShort(hashShort(NONE, NONE, code), byte, bit)
      if (inLine >= 2) this.#setShort(hashShort(NONE, third, code), byte, bit)
      if (inLine >= SHORT) this.#setShort(hashShort(second, third, code), byte, bit)
      if (inLine >= FOUR) {
        const four = hashFour(first, second, third, code)
        low[firstOf(four) * rowBytes + byte]! |= bit
        middle[secondOf(four) * rowBytes + byte]! |= bit
      }
      eight = rolled(eight, code, inLine > EIGHT ? text.charCodeAt(at - EIGHT) : 0, BASE_EIGHT)
      if (inLine >= EIGHT) middle[firstOf(mixed(eight)) * rowBytes + byte]! |= bit
      sixteen = rolled(sixteen, code, inLine > SIXTEEN ? text.charCodeAt(at - SIXTEEN) : 0, BASE_SIXTEEN)
      if (inLine >= SIXTEEN) high[firstOf(mixed(sixteen)) * rowBytes + byte]! |= bit
      first = second
      second = third
      third = code
    }
  }

  #setShort(hashed: number, byte: number, bit: number) {
    const place = firstOf(hashed)
    if (this.#seen[place] === hashed) return
    this.#seen[place] = hashed
    const low = this.layers[0]!
    for (let number = 0; number < SHORT_BITS; number++)
      low[shortBit(hashed, number) * this.#rowBytes + byte]! |= bit
  }
}

/** One layer of several blocks of the same size side by side, as one. */
export function joinBlocks(blocks: readonly Uint8Array[]): Uint8Array {
  const rowBytes = blocks[0]!.length / LAYER_BITS
  const joined = new Uint8Array(LAYER_BITS * rowBytes * blocks.length)
  for (const [index, block] of blocks.entries())
    for (let row = 0; row < LAYER_BITS; row++) {
      const from = row * rowBytes
      const to = (row * blocks.length + index) * rowBytes
      for (let byte = 0; byte < rowBytes; byte++) joined[to + byte] = block[from + byte]!
    }
  return joined
}

/**
 * The bits a granule must have to hold a text, for each layer.
 * @param folded at least one letter; a longer part implies those in it, so of a long text few short ones are asked for
 */
export function bitsOf(folded: string): number[][] {
  const codes = Array.from({ length: folded.length }, (_, at) => folded.charCodeAt(at))
  const { length } = codes
  const part = (at: number) =>
    length === 1
      ? hashShort(NONE, NONE, codes[0]!)
      : length === 2
        ? hashShort(NONE, codes[0]!, codes[1]!)
        : hashShort(codes[at]!, codes[at + 1]!, codes[at + 2]!)
  const four = (at: number) => hashFour(codes[at]!, codes[at + 1]!, codes[at + 2]!, codes[at + 3]!)
  const long = (at: number, size: number) =>
    mixed(codes.slice(at, at + size).reduce((hashed, code) => rolled(hashed, code, 0, 0), 0))
  const fours = length < EIGHT ? BITS_MAX : length < SIXTEEN ? 8 : 4
  const short = Math.min(length, SHORT)
  return [
    [
      ...spread(length - FOUR + 1, fours).map((at) => firstOf(four(at))),
      ...(length < EIGHT ? spread(length - short + 1, BITS_MAX) : []).flatMap((at) =>
        Array.from({ length: SHORT_BITS }, (_, number) => shortBit(part(at), number)),
      ),
    ],
    [
      ...spread(length - EIGHT + 1, BITS_MAX).map((at) => firstOf(long(at, EIGHT))),
      ...spread(length - FOUR + 1, fours).map((at) => secondOf(four(at))),
    ],
    spread(length - SIXTEEN + 1, BITS_MAX).map((at) => firstOf(long(at, SIXTEEN))),
  ].map((bits) => [...new Set(bits)].slice(0, BITS_MAX))
}

/** At most so many of the places 0 to `count` − 1, as far from each other as they can be. */
const spread = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(Math.max(count, 0), most) }, (_, at) =>
    count <= most ? at : Math.floor((at * count) / most),
  )

const mixed = (key: number) => {
  const product = Math.imul(key ^ (key >>> 15), FACTOR)
  return product ^ (product >>> 13)
}
/** In place of a letter there is none: no code is negative. */
const NONE = -1
// With a small factor, as 31, "4k" would be "6-", and so on for most pairs of letters.
const chained = (hashed: number, code: number) => (Math.imul(hashed, BASE) + code) | 0
const hashShort = (first: number, second: number, third: number) =>
  mixed(chained(chained(chained(SHORT, first), second), third))
const hashFour = (first: number, second: number, third: number, fourth: number) =>
  mixed(chained(chained(chained(chained(FOUR, first), second), third), fourth))
/** A hash over the last letters, from the one over those before: one letter comes, and the one so many places back goes. */
const rolled = (hashed: number, comes: number, goes: number, baseOfGoing: number) =>
  (Math.imul(hashed, BASE) + comes - Math.imul(goes, baseOfGoing)) | 0
const power = (exponent: number) =>
  Array.from({ length: exponent }).reduce<number>((product) => Math.imul(product, BASE), 1)
const BASE_EIGHT = power(EIGHT)
const BASE_SIXTEEN = power(SIXTEEN)
const firstOf = (hashed: number) => hashed >>> 16
const secondOf = (hashed: number) => hashed & 0xffff
const shortBit = (hashed: number, number: number) =>
  (firstOf(hashed) + Math.imul(number, secondOf(hashed) | 1)) & 0xffff
