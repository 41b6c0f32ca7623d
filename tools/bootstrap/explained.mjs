/** A failure whose words are meant for whoever typed the command: printed without a stack. */
export class Explained extends Error {}

/** Progress goes to standard error, so that a program's own output stays clean. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Runs one step, and every five seconds says that it still runs. */
export async function step(what, work) {
  const start = Date.now()
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`
  say(`${what} …`)
  const timer = setInterval(
    () => say(`  still ${what.charAt(0).toLowerCase()}${what.slice(1)} (${elapsed()})`),
    5000,
  )
  try {
    const result = await work()
    say(`  done in ${elapsed()}`)
    return result
  } finally {
    clearInterval(timer)
  }
}
