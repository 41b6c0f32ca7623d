/** What the operator sees while the server starts: one short line for each step, with the time since the beginning. */
export interface Progress {
  step(text: string): void
  /** A line without a time: the result, or something to act on. */
  say(text: string): void
}

export function openProgress(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  const start = now()
  return {
    step: (text) => write(`  ${((now() - start) / 1000).toFixed(1).padStart(5)} s  ${text}\n`),
    say: (text) => write(`${text}\n`),
  }
}
