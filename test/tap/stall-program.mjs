// Puts a few bytes on disk every few milliseconds and writes down when each began: what it lacks of them, this machine stood
// still, for the disk or for the processor. Usage: node stall-program.mjs <file> <times>
import { appendFileSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

const [file, times] = process.argv.slice(2)
const probe = openSync(file, 'a')
for (;;) {
  appendFileSync(times, `${process.hrtime.bigint()}\n`)
  writeSync(probe, 'a few bytes')
  fdatasyncSync(probe)
  await new Promise((resolve) => setTimeout(resolve, 5))
}
