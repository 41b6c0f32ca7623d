import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Session } from './session.ts'

/** Each shell's own hook writes what it runs, NUL after each, to $TRUTH. Independent of what the reader under test knows. */
const bashHook = `
__truth_shell=$$$RANDOM$RANDOM
__truth() {
  local entry
  entry=$(HISTTIMEFORMAT= builtin history 1)
  [[ $entry =~ ^\\ *([0-9]+)\\*?\\ \\ (.*)$ ]] && printf '%s:%s:%s\\0' $__truth_shell "\${BASH_REMATCH[1]}" "\${BASH_REMATCH[2]}" >>"$TRUTH"
}
PS0='$(__truth)'
HISTCONTROL= HISTTIMEFORMAT= HISTFILE=
`
const zshHook = `
__truth() { print -rn -- "0:0:$1"$'\\0' >>"$TRUTH" }
preexec_functions+=(__truth)
unset HISTFILE
`
const fishHook = `
function __truth --on-event fish_preexec
  printf '0:0:%s\\0' "$argv" >>$TRUTH
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
  write('notes.txt', Array.from({ length: 80 }, (_, line) => `line ${line + 1} of the notes\n`).join(''))
  for (const name of ['alpha.txt', 'alpine.log', 'beta file.md', 'café.txt']) write(name, `${name}\n`)
  for (const name of ['documents', 'downloads', 'source-code/deeply/nested/folder']) {
    mkdirSync(join(home, name), { recursive: true })
  }
}
