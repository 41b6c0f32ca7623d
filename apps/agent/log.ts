import type { Log } from '../../wire/agent/agent-port.ts'

/** One JSON line for each event on stderr, or plain sentences where a person looks on. */
export function makeLog(isPlain: boolean): Log {
  const write = (level: string) => (line: string) => {
    const text = isPlain ? line : JSON.stringify({ time: new Date().toISOString(), level, msg: line })
    process.stderr.write(`${text}\n`)
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}
