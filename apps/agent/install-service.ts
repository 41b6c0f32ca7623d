import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AgentRefusal } from '../../wire/agent/agent-refusal.ts'
import type { CommandLine } from './command-line.ts'

const UNIT = '/etc/systemd/system/annals-agent.service'

/** Writes the systemd unit from its template, filled with where this agent lies. @throws AgentRefusal unless root. */
export function installService({ directory }: Pick<CommandLine, 'directory'>, path = UNIT): void {
  const template = readFileSync(new URL('./annals-agent.service', import.meta.url), 'utf8')
  const words = {
    NODE: process.execPath,
    MAIN: fileURLToPath(new URL('./main.ts', import.meta.url)),
    DATA: directory,
  }
  const unit = template.replace(/@(NODE|MAIN|DATA)@/g, (_, word: keyof typeof words) =>
    escapeWord(words[word]),
  )
  try {
    writeFileSync(path, unit, { mode: 0o644 })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new AgentRefusal(
      `${path} cannot be written (${code}). Run this as root, on a machine with systemd.`,
      { cause },
    )
  }
  process.stdout.write(`${path} is written. Start it, now and at every boot, with:

  systemctl daemon-reload && systemctl enable --now annals-agent
`)
}

/** As systemd reads the words of a command line. */
const escapeWord = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
