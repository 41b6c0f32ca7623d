import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shellLaunch, writeShellScripts } from './index.ts'

const NONCE = '00112233445566778899aabbccddeeff'
const shells = (['bash', 'zsh', 'fish'] as const).filter((shell) =>
  ['/usr/bin', '/bin', '/usr/local/bin'].some((directory) => {
    return statSync(join(directory, shell), { throwIfNoEntry: false }) !== undefined
  }),
)
let home: string
let directory: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'shell-launch-'))
  directory = join(home, 'a folder')
  mkdirSync(directory)
  writeShellScripts(directory)
  mkdirSync(join(home, '.config/fish'), { recursive: true })
  // Where this is missing fish reads every manual page, in a process that outlives it by a minute.
  mkdirSync(join(home, '.local/share/fish/generated_completions'), { recursive: true })
})
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))

/** Types the lines into an integrated shell and answers with all it showed. */
async function run(
  shell: string,
  lines: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text)
  const launch = shellLaunch({ shell, nonce: NONCE, directory })!
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'xterm', LANG: 'C.UTF-8', ...launch.env }
  const terminal = spawn(shell, [...launch.argv], { cols: 80, rows: 24, cwd: home, env })
  let shown = ''
  terminal.onData((data) => (shown += data))
  const ended = new Promise<void>((resolve) => terminal.onExit(() => resolve()))
  terminal.write(`${[...lines, 'exit'].join('\r')}\r`)
  await ended
  return shown
}

const commandsIn = (shown: string): string[] =>
  [...shown.matchAll(/\x1b\]633;E;([^;\x07]*);([0-9a-f]*)\x07/g)].map(([, text]) => text!)
const exitCodesIn = (shown: string): string[] =>
  [...shown.matchAll(/\x1b\]633;D;(\d+);/g)].map(([, code]) => code!)

test.each(shells)('%s says what it runs and how it ended', async (shell) => {
  const shown = await run(shell, ['false', 'echo "a;b"', 'echo c'])
  expect(commandsIn(shown)).toEqual(['false', 'echo "a\\x3bb"', 'echo c', 'exit'])
  expect(exitCodesIn(shown)).toEqual(expect.arrayContaining(['1', '0', '0']))
})

test.each(shells)('%s leaves the nonce in no environment', async (shell) => {
  const shown = await run(shell, ['env', "sh -c 'env'"])
  expect(shown).not.toContain('ANNALS')
  expect(shown.replaceAll(/\x1b\][^\x07]*\x07/g, '')).not.toContain(NONCE)
})

test.each(shells)('%s tells the next command the exit code of the one before', async (shell) => {
  const status = shell === 'fish' ? '$status' : '$?'
  expect(await run(shell, ["sh -c 'exit 7'", `echo code=${status}`])).toContain('code=7')
})

test.runIf(shells.includes('bash'))('bash does not tell what was typed while nothing is shown', async () => {
  const shown = await run('bash', ['stty -echo', 'true hunter2', 'stty echo', 'echo seen'])
  expect(commandsIn(shown)).toEqual(['stty -echo', 'echo seen', 'exit'])
})

test.runIf(shells.includes('bash'))("bash reads a login shell's files and keeps what they set", async () => {
  const shown = await run('bash', ['echo [$PS1]', 'false'], {
    '.bash_profile': `FROM_PROFILE=yes; . ~/.bashrc; PROMPT_COMMAND='printf "<$?>"'; PS1='mine> '; PS0='ran '`,
    '.bashrc': 'echo rc=$FROM_PROFILE',
    '.bash_logout': 'echo goodbye',
  })
  for (const part of ['rc=yes', '[mine>', '<1>', 'ran ', 'goodbye']) expect(shown).toContain(part)
})

test.runIf(shells.includes('zsh'))('zsh reads every startup file where it would have', async () => {
  const shown = await run('zsh', ['echo dir=[$ZDOTDIR]', 'false', 'echo done'], {
    '.zshenv': 'echo env=[$ZDOTDIR]',
    '.zprofile': 'echo profile',
    '.zshrc': `PS1='mine> '; precmd() { print "<$?>" }; preexec() { print "pre:$1" }`,
    '.zlogin': 'echo login',
  })
  for (const part of ['env=[]', 'profile', 'login', 'dir=[]', 'mine> ', '<1>', 'pre:false'])
    expect(shown).toContain(part)
})

test.runIf(shells.includes('fish'))("fish keeps the person's own prompt and hooks", async () => {
  const shown = await run('fish', ['false', 'echo done'], {
    '.config/fish/config.fish': `function fish_prompt; echo "mine[$status]> "; end
      function before --on-event fish_preexec; echo "pre:$argv"; end`,
  })
  for (const part of ['mine[1]>', 'pre:false']) expect(shown).toContain(part)
})

test('other shells start as ever', () => {
  for (const shell of ['/bin/dash', '/bin/sh', 'tcsh'])
    expect(shellLaunch({ shell, nonce: NONCE, directory })).toBeUndefined()
})

test('only the agent may write the scripts, and every account may read them', () => {
  for (const name of ['bash.sh', 'zsh/.zshenv', 'fish.fish']) {
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o644)
  }
})
