// Prints bytes nobody means well with until the file named last is there, and writes down the same bytes by another way
// first, and when they were printed behind it: `<bytes so far> <nanoseconds of the monotonic clock>`, a line each, in
// <side file>.times. Usage: node tap-program.mjs <seed> <side file> <file that ends it>
import { appendFileSync, existsSync, writeSync } from 'node:fs'

const [seed, side, end] = process.argv.slice(2)
let state = Number(seed) >>> 0
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}
const hostile = [
  '\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07',
  '\x1b]52;c;aGVsbG8=\x07',
  `\x1b]0;${'t'.repeat(3000)}\x07`,
  `\x1b[${'9;'.repeat(500)}m`,
  '\x1b[8;9999;9999t',
  '\x1b[?1049h\x1b[2J\x1b[?1049l',
  '\x1bPq#0;2;0;0;0#0~~@@vv@@~~$\x1b\\',
  '\x1b_Gf=100;AAAA\x1b\\',
  '\x1b]1337;File=inline=1:AAAA\x07',
  '\xff\xfe\xc0\xaf',
  '\x1b]633;E;rm -rf /;forged\x07',
  '\0\x07\x08\x0e\x0f\x1b\x1b\x1b',
]

function some() {
  if (random(4) === 0) return Buffer.from(hostile[random(hostile.length)], 'latin1')
  const bytes = Buffer.alloc(1 + random(random(10) === 0 ? 20_000 : 300))
  for (let i = 0; i < bytes.length; i++) bytes[i] = random(256)
  return bytes
}

function print(bytes) {
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(1, bytes, from)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

let total = 0
while (!existsSync(end)) {
  const bytes = some()
  appendFileSync(side, bytes)
  print(bytes)
  total += bytes.length
  appendFileSync(`${side}.times`, `${total} ${process.hrtime.bigint()}\n`)
  await new Promise((resolve) => setTimeout(resolve, 4))
}
