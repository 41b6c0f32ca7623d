/** What the operator sees while the server starts: one short line for each step, with the time since the beginning. */
export interface Progress {
  step(text: string): void
  /** The same, unless it was the last step said. */
  once(text: string): void
  /** A line without a time: the result, or something to act on. */
  say(text: string): void
}

export function openProgress(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  const start = now()
  let last = ''
  const step = (text: string) => {
    last = text
    write(`  ${((now() - start) / 1000).toFixed(1).padStart(5)} s  ${text}\n`)
  }
  return {
    step,
    once: (text) => {
      if (text !== last) step(text)
    },
    say: (text) => write(`${text}\n`),
  }
}
