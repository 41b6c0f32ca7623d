import type { Session, ShellName, Step } from '../session.ts'

const work: Step[] = [
  'ls<Enter>',
  'cd source-code<Enter>',
  'echo in here<Enter>',
  'cat nofile<Enter>',
  'cd deeply/nes<Tab><Enter>',
  '<Up><Up><Enter>',
  'ehco<C-a><C-k>echo fixed<Enter>',
  '<Enter>',
  'abandoned<C-c>',
  'printf partial<Enter>',
  'cd<Enter>',
  { ahead: 'sleep 0.3<Enter>echo typed ahead<Enter>' },
  { pause: 500 },
  'true && echo last<Enter>',
]

const bashPrompts: Readonly<Record<string, string>> = {
  dollar: "PS1='$ '",
  percent: "PS1='% '",
  angle: "PS1='> '",
  arrow: "PS1='❯ '",
  'two lines': "PS1='\\n\\w\\n\\$ '",
  'two lines, box': "PS1='┌─[\\u@\\h]─[\\w]\\n└──╼ \\$ '",
  colours: "PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]\\$ '",
  time: "PS1='[\\t] \\w > '",
  'exit code': 'PS1=\'$(c=$?; [ $c = 0 ] && echo ok || echo "err:$c") \\W $ \'',
  none: "PS1=''",
  'a word': "PS1='ready: '",
  lambda: "PS1='λ \\W '",
  title: "PS1='\\[\\e]0;\\u@\\h: \\w\\a\\]\\u:\\w\\$ '",
  'git like': "PS1='\\w (main*) \\$ '",
  'own commands': "PROMPT_COMMAND='echo \"-- $(pwd) --\"'\nPS1='# '",
  'right side': 'PS1=\'\\[$(tput sc; printf "%*s" $COLUMNS "12:00"; tput rc)\\]\\u \\$ \'',
}
const zshPrompts: Readonly<Record<string, string>> = {
  plain: "PROMPT='%# '",
  right: "PROMPT='%~ %# '\nRPROMPT='%*'",
  'right, exit code': "PROMPT='❯ '\nRPROMPT='%?  [%n]'\nsetopt TRANSIENT_RPROMPT",
  'two lines': "PROMPT=$'%F{blue}%~%f\\n%F{green}❯%f '",
  'two lines, right': "PROMPT=$'╭─%n %~\\n╰─➤ '\nRPROMPT='%(?..%?) %T'",
  robbyrussell: "PROMPT='%(?:%F{green}➜ :%F{red}➜ ) %F{cyan}%c%f git:(main) '",
  'vi mode': "bindkey -e\nPROMPT='[I] %# '",
  'without PROMPT_SP': "unsetopt PROMPT_SP\nPROMPT='%# '",
  'without bracketed paste': "unset zle_bracketed_paste\nPROMPT='%n:%~%# '",
  menu: "autoload -U compinit; compinit -D\nzstyle ':completion:*' menu select\nPROMPT='%# '",
  suggestions:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are for zsh
    "PROMPT='%# '\n_ghost() { if [[ -n $BUFFER && $BUFFER != *' '* ]]; then POSTDISPLAY=' --suggested words'; else POSTDISPLAY=; fi; region_highlight=(\"${#BUFFER} $((${#BUFFER}+${#POSTDISPLAY})) fg=8\") }\n_noghost() { POSTDISPLAY= ; region_highlight=() }\nzle -N zle-line-pre-redraw _ghost\nzle -N zle-line-finish _noghost",
}
const fishPrompts: Readonly<Record<string, string>> = {
  default: '',
  arrow: "function fish_prompt; echo -n '❯ '; end",
  right:
    "function fish_prompt; echo -n (prompt_pwd)'> '; end\nfunction fish_right_prompt; date +%H:%M:%S; end",
  'two lines': "function fish_prompt; set_color blue; echo (prompt_pwd); set_color normal; echo -n '$ '; end",
  abbreviations: "abbr -a ee echo\nfunction fish_prompt; echo -n 'fish> '; end",
}

const under = (shell: ShellName, prompts: Readonly<Record<string, string>>): Session[] =>
  Object.entries(prompts).map(([name, rc], index) => ({
    category: 'prompts',
    name: `prompts: ${name} in ${shell}`,
    shell,
    rc,
    cols: [80, 120, 100, 64][index % 4]!,
    pace: (['keys', 'clumps', 'burst'] as const)[index % 3]!,
    steps: name === 'abbreviations' ? ['ee expanded<Enter>', ...work] : work,
  }))

const ahead: Step[] = [
  { ahead: 'sleep 0.4<Enter>echo one<Enter>echo two<Enter>' },
  { pause: 700 },
  { ahead: 'sleep 0.3<Enter>echo par' },
  { pause: 500 },
  'tial<Enter>',
  { ahead: 'sleep 0.3<Enter>' },
  { ahead: 'ls -d /tmp<Enter>' },
  { pause: 500 },
  { burst: 'echo a<Enter>echo b<Enter>echo c<Enter>' },
  { pause: 200 },
  { ahead: 'cat<Enter>' },
  { pause: 150 },
  'text for cat<Enter>',
  'ls -la<Enter>',
  '<C-d>',
  'echo after cat<Enter>',
  'read answer<Enter>',
  'my answer<Enter>',
  'echo end<Enter>',
]

const background: Step[] = [
  '(sleep 0.35; echo NOISE) &<Enter>',
  'echo mid',
  { pause: 500 },
  'dle<Enter>',
  'sleep 0.2 &<Enter>',
  { pause: 400 },
  'echo next<Enter>',
  '(sleep 0.3; seq 5) &<Enter>',
  'ls -d',
  { pause: 500 },
  ' /tmp<Enter>',
  'wait<Enter>',
  'echo last<Enter>',
]

export const surroundings: Session[] = [
  ...under('bash', bashPrompts),
  ...under('zsh', zshPrompts),
  ...under('fish', fishPrompts),
  ...(['bash', 'zsh', 'fish'] as const).flatMap((shell): Session[] => [
    { category: 'type-ahead', name: `type-ahead: in ${shell}`, shell, steps: ahead },
    {
      category: 'type-ahead',
      name: `type-ahead: in ${shell} with integration`,
      shell,
      integration: true,
      pace: 'clumps',
      steps: ahead,
    },
    {
      category: 'type-ahead',
      name: `type-ahead: in ${shell}, burst`,
      shell,
      pace: 'burst',
      cols: 60,
      steps: ahead,
    },
  ]),
  ...(['bash', 'zsh'] as const).flatMap((shell): Session[] => [
    {
      category: 'background',
      name: `background: output in mid-edit in ${shell}`,
      shell,
      pace: 'clumps',
      steps: background,
    },
  ]),
  ...['xterm', 'vt100', 'linux', 'screen-256color', 'dumb', 'xterm-mono'].flatMap((term): Session[] => [
    {
      category: 'terminals',
      name: `terminals: ${term} in bash`,
      shell: 'bash',
      term,
      pace: 'clumps',
      steps: work,
    },
    ...(term === 'dumb'
      ? []
      : [
          {
            category: 'terminals',
            name: `terminals: ${term} in zsh`,
            shell: 'zsh' as const,
            term,
            steps: work,
          },
        ]),
  ]),
  {
    category: 'terminals',
    name: 'terminals: no bracketed paste in bash',
    shell: 'bash',
    rc: "bind 'set enable-bracketed-paste off'",
    steps: work,
  },
  {
    category: 'terminals',
    name: 'terminals: no bracketed paste in bash, burst',
    shell: 'bash',
    pace: 'burst',
    rc: "bind 'set enable-bracketed-paste off'",
    steps: work,
  },
]
