/**
 * UUID version 7: time-ordered, so that a list is newest first by id alone and a date filter is a range of ids.
 * Ids made in one process within one millisecond still ascend.
 */
let lastMilliseconds = 0
let counter = 0

/** @param at milliseconds since 1970; passed in so that tests and imports decide the time. */
export function newId(at: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
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

function format(milliseconds: number, sequence: number, random: Uint8Array): string {
  const time = milliseconds.toString(16).padStart(12, '0')
  const rest = [...random.subarray(2)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const variant = ((Number.parseInt(rest[0]!, 16) & 0x3) | 0x8).toString(16)
  const tail = variant + rest.slice(1, 16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
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
