import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Session } from './session.ts'

/**
 * Each shell's own hooks write to $TRUTH, NUL after each, what runs (`run:process:number:level:seconds:text`; 0 where the shell
 * does not number, `level` is SHLVL) and how it ended (`end:process:number:code`). Independent of what the reader under test knows.
 */
const bashHook = `
__truth_shell=$$$RANDOM$RANDOM
__truth() {
  local entry
  entry=$(HISTTIMEFORMAT= builtin history 1)
  [[ $entry =~ ^\\ *([0-9]+)\\*?\\ \\ (.*)$ ]] && printf 'run:%s:%s:%s:%s:%s\\0' $__truth_shell "\${BASH_REMATCH[1]}" $SHLVL $EPOCHREALTIME "\${BASH_REMATCH[2]}" >>"$TRUTH"
}
__truth_end() {
  local code=$? entry
  entry=$(HISTTIMEFORMAT= builtin history 1)
  [[ $entry =~ ^\\ *([0-9]+) ]] && printf 'end:%s:%s:%s\\0' $__truth_shell "\${BASH_REMATCH[1]}" $code >>"$TRUTH"
  return $code
}
PS0='$(__truth)'
PROMPT_COMMAND=__truth_end
HISTCONTROL= HISTTIMEFORMAT= HISTFILE=
`
const zshHook = `
zmodload zsh/datetime
__truth_shell=$$$RANDOM$RANDOM
__truth() { print -rn -- "run:$__truth_shell:$((++__truth_number)):$SHLVL:$EPOCHREALTIME:$1"$'\\0' >>"$TRUTH" }
__truth_end() {
  local code=$?
  print -rn -- "end:$__truth_shell:$((__truth_number)):$code"$'\\0' >>"$TRUTH"
  return $code
}
preexec_functions+=(__truth)
precmd_functions+=(__truth_end)
unset HISTFILE
`
const fishHook = `
set -g __truth_number 0
function __truth --on-event fish_preexec
  set -g __truth_number (math $__truth_number + 1)
  printf 'run:%s:%s:%s:0:%s\\0' $fish_pid $__truth_number $SHLVL "$argv" >>$TRUTH
end
function __truth_end --on-event fish_postexec
  printf 'end:%s:%s:%s\\0' $fish_pid $__truth_number $status >>$TRUTH
end
set -g fish_greeting
`
const prompts = {
  bash: "PS1='\\u@box:\\w\\$ '",
  zsh: "PS1='%n@box:%~%# '",
  fish: '',
  dash: "PS1='$ '",
}

/** Writes the startup files of a person whose home is `home`. */
export function furnishHome(home: string, session: Session): void {
  const rc = session.rc ?? ''
  const own = (shell: Session['shell']) => (session.shell === shell ? rc : '')
  const write = (name: string, text: string) => writeFileSync(join(home, name), text)
  mkdirSync(join(home, '.config/fish'), { recursive: true })
  // Where this is missing fish reads every manual page, in a process that outlives it by a minute.
  mkdirSync(join(home, '.local/fish/generated_completions'), { recursive: true })
  write('.bashrc', `${prompts.bash}\n${bashHook}\n${own('bash')}\n`)
  write('.bash_profile', '. ~/.bashrc\n')
  write('.zshrc', `${prompts.zsh}\n${zshHook}\n${own('zsh')}\n`)
  write('.config/fish/config.fish', `${fishHook}\n${own('fish')}\n`)
  write('.shrc', `${prompts.dash}\n${own('dash')}\n`)
  write('.tmux.conf', 'set -g default-command bash\nset -g default-terminal screen-256color\n')
  write('.screenrc', 'shell bash\nstartup_message off\n')
  if (session.needs?.includes('sshd')) furnishSsh(home, write)
  write('notes.txt', Array.from({ length: 80 }, (_, line) => `line ${line + 1} of the notes\n`).join(''))
  for (const name of ['alpha.txt', 'alpine.log', 'beta file.md', 'café.txt']) write(name, `${name}\n`)
  for (const name of ['documents', 'downloads', 'source-code/deeply/nested/folder']) {
    mkdirSync(join(home, name), { recursive: true })
  }
}

/** What a server of ssh on the loopback alone needs, and who may come in by key; passwords are asked for, and none is right. */
function furnishSsh(home: string, write: (name: string, text: string) => void): void {
  for (const name of ['host', 'mine'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)])
  copyFileSync(join(home, 'mine.pub'), join(home, 'authorized'))
  mkdirSync('/run/sshd', { recursive: true })
  const port = 20_000 + Math.floor(Math.random() * 30_000)
  write(
    'sshd_config',
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${home}/host
PidFile ${home}/sshd.pid
AuthorizedKeysFile ${home}/authorized
PermitRootLogin yes
StrictModes no
UsePAM no
PrintMotd no
PrintLastLog no
`,
  )
  write(
    'sshc',
    `Host box
HostName 127.0.0.1
Port ${port}
User root
IdentityFile ${home}/mine
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
`,
  )
}
