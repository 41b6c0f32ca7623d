// Prints numbers, a line each, as fast as they are taken, and slowly once there were so many bytes, until the file named last is
// there. Then it writes down how many bytes it printed. Usage: node flood-program.mjs <bytes> <side file> <file that ends it>
import { existsSync, renameSync, writeFileSync, writeSync } from 'node:fs'

const [bytes, side, end] = process.argv.slice(2)
let [next, total] = [0, 0]

function print(count) {
  let text = ''
  for (const last = next + count; next < last; next++) text += `${next}\n`
  const block = Buffer.from(text)
  for (let from = 0; from < block.length; ) {
    try {
      from += writeSync(1, block, from)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
  total += block.length
}

while (!existsSync(end)) {
  const isFast = total < Number(bytes)
  print(isFast ? 2000 : 1)
  if (!isFast) await new Promise((resolve) => setTimeout(resolve, 4))
}
writeFileSync(`${side}.part`, String(total))
renameSync(`${side}.part`, side)
