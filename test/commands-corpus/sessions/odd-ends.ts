import type { Session } from '../session.ts'

/** What no other session has: rarer keys, questions of the shell itself, long completions, more programs. A second hand again. */
// biome-ignore format: a script reads better as it is typed, several keys' worth to a row
export const oddEnds: Session[] = [
  {
    category: 'odd ends', name: 'odd ends: other ways to end a line', shell: 'bash',
    steps: ['echo by ctrl j<C-j>', 'echo one<Enter>', 'echo two<Enter>', '<Up><Up><C-o>', '<Enter>', 'echo sudo-like !!<Enter>', '!echo:s/two/three/<Enter>', 'alias say=echo<Enter>', 'say hello<Enter>', '# only a remark<Enter>', 'echo "$ "; echo "> "<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: all possibilities', shell: 'bash', rows: 16,
    steps: ['mkdir many; cd many; touch file{1..150}<Enter>', 'ls fi<Tab><Tab>', 'n', '1<Tab><Tab>', '00<Enter>', 'ls file<Tab><Tab>y', '   q', '77<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: all possibilities in zsh', shell: 'zsh', rows: 16, rc: 'autoload -U compinit; compinit -D',
    steps: ['mkdir many; cd many; touch file{1..150}<Enter>', 'ls file7<Tab>', '<C-c>', 'ls file77<Enter>', 'ls file12<Tab>', '3<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: corrected', shell: 'zsh', rc: "setopt CORRECT\nPROMPT='%m> '",
    steps: ['ecoh hi<Enter>', 'y', 'cta notes.txt<Enter>', 'n', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: vi keys in zsh', shell: 'zsh',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are for zsh
    rc: "bindkey -v\nPROMPT='%~ %# '\nfunction zle-keymap-select { PROMPT=\"${${KEYMAP/vicmd/[N]}/(main|viins)/} %# \"; zle reset-prompt }\nzle -N zle-keymap-select",
    steps: ['echo insert<Enter>', 'echo abc<Esc>', '0wcwxyz<Enter>', 'echo tail<Esc>', 'A end<Enter>', '<Esc>', 'k<Enter>', '<Esc>', 'ddiecho fresh<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: stopped and resumed', shell: 'bash', needs: ['vim'],
    steps: ['vim -u NONE notes.txt<Enter>', ':0<Enter>', '<C-z>', 'echo meanwhile<Enter>', 'fg<Enter>', ':q!<Enter>', 'sleep 30<Enter>', { pause: 100 }, '<C-z>', 'bg<Enter>', 'kill %1<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: twenty thousand characters', shell: 'bash', cols: 120,
    steps: [{ paste: `echo ${'0123456789abcdef '.repeat(1200)}> /dev/null` }, '<Enter>', { paste: Array.from({ length: 60 }, (_, n) => `echo line ${n} > /dev/null`).join('\n') }, '<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: twenty thousand characters in zsh', shell: 'zsh', cols: 120,
    steps: [{ paste: `echo ${'0123456789abcdef '.repeat(1200)}> /dev/null` }, '<Enter>', { paste: Array.from({ length: 60 }, (_, n) => `echo line ${n} > /dev/null`).join('\n') }, '<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: long pastes in fish', shell: 'fish', cols: 100,
    steps: [{ paste: `echo ${'0123456789abcdef '.repeat(300)}> /dev/null` }, { pause: 300 }, '<Enter>', 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: dash with programs', shell: 'dash', needs: ['vim', 'less'], rc: "PS1='\\e[1m$USER\\e[0m> '\nPS1=$(printf '\\033[1mada\\033[0m> ')",
    steps: ['less notes.txt<Enter>', '/line 5<Enter>', 'q', 'vim -u NONE f.txt<Enter>', 'iabc<Enter>def<Esc>', ':wq<Enter>', 'cat f.txt<Enter>', 'bash --norc<Enter>', { until: '# ' }, 'echo in bash<Enter>', 'exit<Enter>', 'echo é漢<BS>字<Enter>', 'exit<Enter>', { ran: ['less notes.txt', 'vim -u NONE f.txt', 'cat f.txt', 'bash --norc', 'echo in bash', 'exit', 'echo é字', 'exit'] }],
  },
  {
    category: 'odd ends', name: 'odd ends: a prompt from the environment', shell: 'bash',
    steps: ["PS1='other> ' bash --norc<Enter>", { until: '> ' }, 'echo in other<Enter>', "PS1='[\\W]: '<Enter>", 'cd documents<Enter>', 'echo colon<Enter>', 'PS1=<Enter>', 'echo without<Enter>', 'ls<Enter>', 'exit<Enter>', { ran: ['echo in other', "PS1='[\\W]: '", 'cd documents', 'echo colon', 'PS1=', 'echo without', 'ls', 'exit'] }, 'echo out<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: virtual environment', shell: 'bash', rc: "PS1='\\u@\\h:\\w\\$ '\nactivate() { OLD=$PS1; PS1=\"(venv) $PS1\"; }\ndeactivate() { PS1=$OLD; }",
    steps: ['activate<Enter>', 'echo inside<Enter>', 'cd documents<Enter>', 'pip lis<Left><Right>t --help >/dev/null 2>&1<Enter>', 'deactivate<Enter>', 'echo outside<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: python pasted', shell: 'bash', needs: ['python3'],
    steps: ['/usr/bin/python3<Enter>', { until: '>>> ' }, { rawPaste: 'def f():\n    return 1\n\nf()\n' }, { pause: 200 }, 'import sys; sys.ps1 = "py> "<Enter>', '2 + 2<Enter>', 'sys.exit()<Enter>', { ran: ['def f():', '    return 1', 'f()', 'import sys; sys.ps1 = "py> "', '2 + 2', 'sys.exit()'] }, 'echo end<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: su by a person who is asked', shell: 'bash', secrets: ['s3cr3t-pass'],
    steps: ["setpriv --reuid 65534 --clear-groups su -<Enter>", { until: 'assword' }, 's3cr3t-pass<Enter>', { until: 'failure' }, 'echo refused<Enter>', "sh -c 'printf \"[sudo] password for ada: \"; stty -echo; read p; stty echo; echo; exec bash --norc'<Enter>", { until: 'ada: ' }, 's3cr3t-pass<Enter>', { until: '# ' }, 'echo elevated<Enter>', 'exit<Enter>', { ran: ['echo elevated', 'exit'] }, 'echo done<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: tmux with its own ways', shell: 'bash', needs: ['tmux'], cols: 100,
    steps: ["printf 'set -g status-position top\\nset -g pane-border-status top\\nset -g default-command bash\\n' > t.conf<Enter>", 'tmux -f t.conf<Enter>', { until: '# ' }, { pause: 300 }, 'echo status above<Enter>', '<C-b>"', { pause: 300 }, 'echo lower<Enter>', 'echo "multi<Enter>line"<Enter>', '!!<Enter>', 'history | tail -1<Enter>', '<C-r>status', '<Enter>', 'exit<Enter>', { pause: 300 }, 'exit<Enter>', { pause: 300 }, 'echo out<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: zsh pane beside another', shell: 'zsh', needs: ['tmux'], cols: 120, rc: "PROMPT='%1~ ❯ '\nRPROMPT='%T'",
    steps: ['tmux new zsh<Enter>', { until: '❯' }, { pause: 300 }, 'echo one<Enter>', '<C-b>%', { pause: 600 }, 'echo two, somewhat longer than the pane is wide, I should think<Enter>', 'ls<Enter>', 'if true<Enter>', 'then echo y<Enter>', 'fi<Enter>', 'exit<Enter>', { pause: 300 }, 'echo three<Enter>', 'exit<Enter>', { pause: 300 }, 'echo out<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: alt-enter and abbreviations', shell: 'fish', rc: "abbr -a gs 'git status'\nabbr -a L --position anywhere '| less'",
    steps: ['gs<Enter>', 'for x in 1 2; echo $x; end<Enter>', 'echo (echo sub)<Enter>', 'set -l y 3; echo $y<Enter>', 'echo one; and echo two<Enter>', '<Up><Up><Enter>', 'cd documents<Enter>', 'prevd<Enter>', 'echo "it\'s" done<Enter>'],
  },
  {
    category: 'odd ends', name: 'odd ends: lines that wrap just so', shell: 'bash', cols: 40, pace: 'clumps',
    steps: [`echo ${'a'.repeat(23)}<Enter>`, `echo ${'b'.repeat(22)}<Enter>`, `echo ${'c'.repeat(24)}<Enter>`, `echo ${'d'.repeat(63)} e<Enter>`, `echo ${'f'.repeat(21)} ${'g'.repeat(38)} ${'h'.repeat(39)}<Enter>`, `echo ${'i'.repeat(60)}<C-w><C-w>echo j<Enter>`],
  },
  {
    category: 'odd ends', name: 'odd ends: lines that wrap just so in zsh', shell: 'zsh', cols: 40,
    steps: [`echo ${'a'.repeat(23)}<Enter>`, `echo ${'b'.repeat(22)}<Enter>`, `echo ${'c'.repeat(24)}<Enter>`, `echo ${'d'.repeat(63)} e<Enter>`, `echo ${'f'.repeat(21)} ${'g'.repeat(38)} ${'h'.repeat(39)}<Enter>`, '<Up><Enter>', '<Up><Up><Up><C-a><M-f> x<Enter>'],
  },
]
