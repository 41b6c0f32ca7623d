// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the braces are for the shells
import type { Session, ShellName, Step } from '../session.ts'

/** A fifth author: evenings on call. Nobody waits politely: after Enter they look for the prompt, or only for so long. */
const call = (
  shell: ShellName,
  name: string,
  steps: readonly Step[],
  rest: Partial<Session> = {},
): Session => ({
  category: 'fifth hand',
  name: `fifth hand: ${name}`,
  shell,
  pace: 'keys',
  ...rest,
  steps,
})
const both = (session: Session): Session[] => [
  session,
  { ...session, name: `${session.name}, marked`, integration: true },
]
const python = '/usr/bin/python3'

const p10k =
  "setopt PROMPT_SUBST\nPROMPT=$'%F{240}╭─%f%K{blue} %~ %k%K{green} main %k%f\\n%F{240}╰─%f%F{green}❯%f '\nRPROMPT='%F{240}%D{%H:%M:%S} ─╮%f'\nzle-line-finish() { PROMPT='%F{green}❯%f ' RPROMPT= ; zle reset-prompt; PROMPT=$'%F{240}╭─%f%K{blue} %~ %k%K{green} main %k%f\\n%F{240}╰─%f%F{green}❯%f '; RPROMPT='%F{240}%D{%H:%M:%S} ─╮%f' }\nzle -N zle-line-finish"
const p10kLean =
  "setopt PROMPT_SUBST\nprecmd() { print }\nPROMPT='%B%F{39}%~%f%b %F{76}❯%f '\nRPROMPT='%(?.%F{70}✔%f.%F{160}✘ %?%f) %F{66}%D{%I:%M:%S %p}%f'"
const gitPrompt =
  "__git() { printf ' (main *$%%)'; }\nPS1='\\[\\e[32m\\]\\u@\\h\\[\\e[m\\] \\[\\e[33m\\]\\w\\[\\e[36m\\]$(__git)\\[\\e[m\\]\\n\\$ '"
const work: Step[] = [
  'ls -1 | head -3<Enter>',
  'cd source-code/deeply<Enter>',
  'git log --oneline -3 2>/dev/null || echo "no git"<Enter>',
  'mdkir tmp<C-a><C-f><Del><C-f>k<Enter>',
  'cd -<Enter>',
  'grep -c line notes.txt<Enter>',
  '<Up><BS><BS><BS><BS><BS><BS><BS><BS><BS>alpha.txt<Enter>',
  'echo "cost: $5 > 3% #1"<Enter>',
  '<Up><Up><Up><Enter>',
  'printf "no newline"<Enter>',
  'false<Enter>',
  'oops not this<C-c>',
  '<Enter>',
  'tail -n 2 notes.txt | tr a-z A-Z<Enter>',
  'history | wc -l > /dev/null<Enter>',
]

// biome-ignore format: a script reads better as it is typed
const prompted: Session[] = [
  call('bash', 'git prompt on two lines', work, { rc: gitPrompt, cols: 79, waits: { prompt: '$ ' } }),
  call('bash', 'git prompt on two lines, marked', work, { rc: gitPrompt, cols: 133, waits: { prompt: '$ ' }, integration: true }),
  call('bash', 'clock and jobs', work, { rc: "PS1='\\t [\\j] \\w \\\\$ '", cols: 79, waits: 'fixed' }),
  call('bash', 'python-like prompt', work, { rc: "PS1='>>> '", cols: 80, waits: { prompt: '>>> ' } }),
  call('bash', 'ends in a newline', work, { rc: "PS1='[\\w]\\n'", cols: 80 }),
  call('bash', 'percent and hash', work, { rc: "PS1='\\h%\\W#% '\nPS2='.. '", cols: 40, waits: { prompt: '#% ' } }),
  call('bash', 'lambda, second and fourth prompts', [...work, 'for i in a b; do<Enter>', 'echo $i<Enter>', 'done<Enter>', 'set -x<Enter>', 'echo traced "$HOME"<Enter>', 'set +x<Enter>'], { rc: "PS1='\\[\\e[35m\\]λ\\[\\e[m\\] '\nPS2='… '\nPS4='+ line $LINENO: '", waits: { prompt: 'λ' } }),
  call('bash', 'colour, no blank', work, { rc: "PS1='\\[\\e[1;31m\\]\\u\\[\\e[0m\\]@\\h:\\W>'", waits: 'fixed' }),
  call('bash', 'starship with a fill', work, { rc: "__p() { local c=$?; local l='~/src on main' r='took 2s at 12:04'; PS1=\"\\n\\[\\e[36m\\]$l\\[\\e[0m\\]$(printf '%*s' $((COLUMNS-${#l}-${#r})) '')$r\\n\"; [ $c = 0 ] && PS1+='\\[\\e[1;32m\\]❯\\[\\e[0m\\] ' || PS1+='\\[\\e[1;31m\\]❯\\[\\e[0m\\] '; }\nPROMPT_COMMAND=__p", cols: 100, waits: { prompt: '❯' } }),
  ...both(call('zsh', 'powerlevel, transient', work, { rc: p10k, cols: 110, waits: { prompt: '╰─' } })),
  ...both(call('zsh', 'powerlevel, lean', work, { rc: p10kLean, cols: 79 })),
  call('zsh', 'powerlevel, lean and narrow', work, { rc: p10kLean, cols: 40, waits: 'fixed' }),
  call('zsh', 'named second prompt', [...work, 'for i in a b; do<Enter>', 'echo $i<Enter>', 'done<Enter>', 'echo "x<Enter>', 'y"<Enter>'], { rc: "PROMPT='%m %1~ %# '\nPS2='%_… '", waits: { prompt: '% ' } }),
  ...both(call('fish', 'two lines, mode and clock', work.map((step) => (typeof step === 'string' ? step.replace('||', '; or').replace('history | wc -l > /dev/null', 'count *.txt > /dev/null') : step)), { rc: "function fish_prompt\n set_color brblue; echo -n (prompt_pwd); set_color brblack; echo ' (main)'; set_color green; echo -n '❯ '; set_color normal\nend\nfunction fish_right_prompt; set_color brblack; date +%T; set_color normal; end\nfunction fish_greeting; echo hello there; end", cols: 79 })),
  call('fish', 'informative', work.map((step) => (typeof step === 'string' ? step.replace('||', '; or').replace('history | wc -l > /dev/null', 'count *.txt > /dev/null') : step)), { rc: "function fish_prompt\n set -l s $status\n echo -n $USER@box (prompt_pwd)\n test $s -ne 0; and echo -n \" [$s]\"\n echo -n '> '\nend", cols: 133, waits: { prompt: '> ' } }),
]

const edits: Step[] = [
  'echo first second third<M-b><M-b><M-d>2nd<Enter>',
  'hcoe swapped<Home><Right><Right><C-t><C-a><Del>e<C-f><Del><C-e><Enter>',
  'ls /tmp /var<C-w>/usr<M-BS><C-y><Enter>',
  'echo keep drop<C-b><C-b><C-b><C-b><C-k>kept<Enter>',
  'wrong start<C-a><C-k>echo right start<Enter>',
  'echo a b c<Left><Left><C-u>printf "%s" x<Enter>',
  'echo tail <M-.><Enter>',
  '<Up><Up><C-a><M-f> -n<Enter>',
  'echo del<C-a><C-f><C-f><C-f><C-f><C-f><C-d>D<Enter>',
  'echo mixed<C-l> after clear<Enter>',
  'echo one<CLeft>X<CRight> two<Enter>',
  'echo yank<C-a><C-k><C-y>; <C-y><Enter>',
  'true; echo end<Enter>',
]
// biome-ignore format: a script reads better as it is typed
const typists: Session[] = [
  ...both(call('bash', 'line editing, slowly', edits, { pace: 'slow' })),
  call('bash', 'line editing in one breath', edits, { pace: 'burst', cols: 60 }),
  call('bash', 'line editing at forty columns', edits, { cols: 40, waits: 'fixed' }),
  ...both(call('zsh', 'line editing in zsh, slowly', edits, { pace: 'slow', rc: "PROMPT='%n:%~ %# '" })),
  call('zsh', 'line editing in zsh, in clumps', edits, { pace: 'clumps', cols: 133, rc: "PROMPT='%n:%~ %# '\nRPROMPT='%T'" }),
  ...both(call('fish', 'line editing in fish, slowly', edits.filter((step) => !`${step}`.includes('M-.')), { pace: 'slow' })),
  call('bash', 'history in all its ways', ['echo alpha one<Enter>', 'echo beta two<Enter>', 'ls -d /tmp<Enter>', '<Up><Up><Enter>', '<Up><Up><Up><Down><Enter>', '!!<Enter>', 'echo !$ again<Enter>', '!ec<Enter>', 'cd !$<Enter>', '<C-r>alp<Enter>', '<C-r>echo<C-r><C-r><Enter>', '<C-r>nothing-like-it<C-g>', 'echo after cancel<Enter>', '<C-r>beta<C-c>', '<C-r>beta<C-e> more<Enter>', '<C-p><C-p><C-n> edited<Enter>', 'echo half<Up><Down> whole<Enter>', 'echo !-2:1 !?beta?:2<Enter>', '^half^full<Enter>', 'echo "quoted !!"<Enter>', 'echo last<Enter>']),
  ...both(call('bash', 'history, with a fixed patience', ['echo alpha one<Enter>', 'sleep 0.1<Enter>', '<Up><Up><Enter>', '!!<Enter>', '<C-r>sle<Enter>', '<C-r>al<C-a># <Enter>', '<Up><C-a><Del><Del><C-e>!<BS>?<Enter>', 'echo fin<Enter>'], { waits: 'fixed' })),
  call('zsh', 'history in zsh', ['echo alpha one<Enter>', 'echo beta two<Enter>', 'ls -d /tmp<Enter>', '<Up><Up><Enter>', '!!<Enter>', 'echo !$ again<Enter>', '<C-r>alp<Enter>', '<C-r>echo<C-r><C-r><Enter>', '<C-r>nothing-like-it<C-g>', 'echo after cancel<Enter>', '<C-r>beta<C-e> more<Enter>', '!al<Enter>', 'echo half<Up><Down> whole<Enter>', 'echo last<Enter>'], { rc: "PROMPT='%m:%~ %# '\nHISTSIZE=100" }),
  call('zsh', 'history with verification', ['echo alpha one<Enter>', '!!<Enter>', '<Enter>', 'echo !$<Enter>', ' more<Enter>', 'echo end<Enter>'], { rc: "setopt HIST_VERIFY\nPROMPT='%# '" }),
  call('bash', 'history with verification in bash', ['echo alpha one<Enter>', '!!<Enter>', '<Enter>', 'echo !$<Enter>', ' more<Enter>', 'echo end<Enter>'], { rc: 'shopt -s histverify' }),
  ...both(call('fish', 'history in fish', ['echo alpha one<Enter>', 'echo beta two<Enter>', 'ls -d /tmp<Enter>', 'ech<Up><Up><Enter>', '<Up><Up><Enter>', 'echo a<Right><Enter>', 'echo b<C-e> more<Enter>', 'echo alp<M-f><Enter>', 'echo zz<Esc><C-c>', 'echo fin<Enter>'])),
  call('bash', 'completion', ['cat alpha<Tab><Enter>', 'cat al<Tab>', '<Tab>', 'pi<Tab><Enter>', 'cd sou<Tab>dee<Tab>ne<Tab><Enter>', 'cd<Enter>', 'cat be<Tab><Enter>', 'ls d<Tab><Tab>', 'oc<Tab><Enter>', 'echo $HO<Tab><Enter>', 'ec<Tab>ho x<Enter>', 'cat caf<Tab> al<Tab>', 'pha.txt<Enter>', 'ls nofile<Tab><Tab><Enter>', 'echo done<Enter>']),
  ...both(call('bash', 'completion by turns', ['cat al<Tab><Enter>', 'cat al<Tab><Tab><Enter>', 'ls d<Tab><Tab> -d<Enter>', 'cat a<Tab><BTab><Enter>', 'echo done<Enter>'], { rc: "bind 'TAB:menu-complete'\nbind '\"\\e[Z\": menu-complete-backward'\nbind 'set show-all-if-ambiguous on'" })),
  ...both(call('zsh', 'completion with a menu', ['cat al<Tab><Tab><Enter>', '<Enter>', 'cat al<Tab><Tab><Down><Enter>', '<Enter>', 'ls d<Tab><Tab><Tab> -d<Enter>', 'cat be<Tab><Enter>', 'cd s<Tab>d<Tab>n<Tab><Enter>', 'cd<Enter>', 'ls al<Tab><C-c>', 'echo done<Enter>'], { rc: "autoload -U compinit; compinit -D\nzstyle ':completion:*' menu select\nPROMPT='%~ %# '" })),
  call('fish', 'completion with a pager', ['cat al<Tab><Tab><Enter>', '<Enter>', 'ls d<Tab><Tab><Right><Enter>', '<Enter>', 'cat be<Tab><Enter>', 'cd sou<Tab>dee<Tab><Enter>', 'cd<Enter>', 'cat al<Tab>', '<Esc>', '<C-c>', 'echo done<Enter>']),
  call('bash', 'vi keys', ['echo hello<Esc>', '0cwprintf<Esc>', 'A "%s\\n"<Enter>', 'echo one two three<Esc>', 'bbdwA x<Enter>', '<Esc>', 'kkA again<Enter>', 'echo abc<Esc>', 'xxaZ<Enter>', '<Esc>', '/hel', '<Enter>', 'i<Enter>', 'ls -d /<Esc>', 'ddiecho rid<Enter>', 'echo f(oo)<Esc>', 'F(r[$r]<Enter>', 'echo end<Enter>'], { rc: 'set -o vi' }),
  call('fish', 'vi keys in fish', ['echo hello<Esc>', '0cwprintf<Esc>', 'A "%s"<Enter>', 'echo one two three<Esc>', 'bbdwA x<Enter>', '<Esc>', 'kA again<Enter>', 'echo end<Enter>'], { rc: 'fish_vi_key_bindings' }),
]
export const fifthHandOne: Session[] = [...prompted, ...typists]

const pastes = [
  'cd /tmp\necho "pasted one"\nls -d .\n',
  'for f in a b; do\n  echo "$f"\ndone',
  "cat <<'EOF'\n  indented\n\ttabbed\nEOF",
  'echo single',
  '  echo leading blanks',
  'echo a &&\necho b',
  'docker_run() {\n  echo docker "$@"\n}\ndocker_run -it --rm x',
]
// biome-ignore format: a script reads better as it is typed
const rest: Session[] = [
  ...(['bash', 'zsh'] as const).flatMap((shell) => both(call(shell, `pastes in ${shell}`, pastes.flatMap((paste) => [{ paste }, '<Enter>'] as Step[]).concat(['echo end<Enter>'])))),
  call('fish', 'pastes in fish', [{ paste: 'echo single' }, '<Enter>', { paste: 'for f in a b\n  echo $f\nend' }, '<Enter>', { paste: 'echo a\necho b' }, '<Enter>', { paste: 'begin; echo x; end | cat' }, '<Enter>', 'echo end<Enter>']),
  call('bash', 'pastes without brackets', [{ rawPaste: 'cd /tmp\necho "raw one"\nls -d .\n' }, { pause: 300 }, { rawPaste: 'for f in a b; do\n  echo "$f"\ndone\n' }, { pause: 300 }, { rawPaste: 'cat <<EOF\nx\nEOF\n' }, { pause: 300 }, { rawPaste: 'sleep 0.3\necho after sleep\n' }, { pause: 600 }, 'echo end<Enter>'], { rc: "bind 'set enable-bracketed-paste off'" }),
  ...both(call('bash', 'blocks', ['for host in web{1,2}; do<Enter>', '  for p in 80 443; do<Enter>', '    echo "$host:$p"<Enter>', '  done<Enter>', 'done<Enter>', 'if [ -f notes.txt ]; then echo yes<Enter>', 'else echo no; fi<Enter>', "sed -e 's/a/b/' \\<Enter>", '    -e "s/c/d/" \\<Enter>', '    alpha.txt<Enter>', "echo 'it''s<Enter>", "two lines'<Enter>", 'cat <<-X | tr a-z A-Z<Enter>', 'hello<Enter>', 'X<Enter>', 'case $HOME in<Enter>', '/root) echo root;;<Enter>', '*) echo other;;<Enter>', 'esac<Enter>', 'while read -r a; do<Enter>', 'echo "<$a>"<Enter>', 'done < alpha.txt<Enter>', 'up() {<Enter>', 'cd ..<Enter>', '}<Enter>', 'up; pwd<Enter>', 'x=$(echo a<Enter>', 'echo b)<Enter>', 'echo "$x" |<Enter>', 'wc -l<Enter>', 'echo end<Enter>'], { waits: 'fixed' })),
  ...both(call('zsh', 'blocks in zsh', ['for host in web{1,2}; do<Enter>', '  echo $host<Enter>', 'done<Enter>', 'if [[ -f notes.txt ]] {<Enter>', 'echo yes<Enter>', '}<Enter>', 'repeat 2 echo again<Enter>', "sed -e 's/a/b/' \\<Enter>", '    alpha.txt<Enter>', "echo 'it<Enter>", "two lines'<Enter>", 'cat <<X<Enter>', 'hello<Enter>', 'X<Enter>', 'echo one &&<Enter>', 'echo two<Enter>', 'f() {<Enter>', 'echo in f<Enter>', '}<Enter>', 'f<Enter>', '<Up><Up><Enter>', 'echo end<Enter>'], { waits: { prompt: '> ' }, rc: "PROMPT='%1~> '" })),
  ...both(call('fish', 'blocks in fish', ['for x in 1 2<Enter>', 'echo $x<Enter>', 'end<Enter>', 'if test -f notes.txt<Enter>', 'echo yes<Enter>', 'else<Enter>', 'echo no<Enter>', 'end<Enter>', 'echo "open<Enter>', 'quote"<Enter>', 'echo one \\<Enter>', 'two<Enter>', 'begin<Enter>', 'for y in a<Enter>', 'echo $y<Enter>', 'end<Enter>', 'end<Enter>', '<Up><Enter>', 'function hi; echo hi $argv; end<Enter>', 'hi you<Enter>', 'echo end<Enter>'])),
  call('bash', 'signals', ['sleep 20<Enter>', { pause: 200 }, '<C-c>', 'half a command<C-c>', 'for i in 1 2; do<Enter>', 'echo<C-c>', 'sleep 30<Enter>', { pause: 200 }, '<C-z>', 'jobs -l<Enter>', 'bg %1<Enter>', 'fg<Enter>', { pause: 150 }, '<C-c>', 'cat<Enter>', 'hello cat<Enter>', '<C-d>', 'cat | grep x<Enter>', 'nothing<Enter>', '<C-c>', 'echo x<C-d><Enter>', 'echo <C-q><Enter>', '<C-d>'], { waits: 'fixed' }),
  call('zsh', 'signals in zsh', ['sleep 20<Enter>', { pause: 200 }, '<C-c>', 'half a command<C-c>', 'for i in 1 2; do<Enter>', 'echo<C-c>', 'sleep 30<Enter>', { pause: 200 }, '<C-z>', 'jobs -l<Enter>', 'fg<Enter>', { pause: 150 }, '<C-c>', 'cat<Enter>', 'hello cat<Enter>', '<C-d>', 'echo x<Enter>', 'setopt ignoreeof<Enter>', '<C-d>', 'exit<Enter>'], { rc: "PROMPT='%m %# '" }),
  ...both(call('bash', 'wide at odd widths', ['echo 世界世界世界世界世界世界世界世界世界世界<Enter>', 'echo é è ñ ü ạ̈<Enter>', 'echo 🚀🚀 launch 🚀<BS>!<Enter>', 'echo 漢<Left>前<Enter>', 'grep "日本" notes.txt<Enter>', '<Up><Enter>', `echo ${'漢字'.repeat(30)}<Enter>`, 'echo ok<Enter>'], { cols: 39, rows: 20 })),
  call('zsh', 'wide at odd widths in zsh', ['echo 世界世界世界世界世界世界世界世界世界世界<Enter>', 'echo é è ñ ü<Enter>', 'echo 🚀🚀 launch 🚀<BS>!<Enter>', 'echo 漢<Left>前<Enter>', '<Up><Enter>', `echo ${'漢字'.repeat(30)}<Enter>`, 'echo ok<Enter>'], { cols: 39, rows: 20, rc: "PROMPT='%# '" }),
  call('fish', 'wide at odd widths in fish', ['echo 世界世界世界世界世界世界世界世界世界世界<Enter>', 'echo é è ñ ü<Enter>', 'echo 🚀🚀 launch 🚀<BS>!<Enter>', 'echo 漢<Left>前<Enter>', `echo ${'漢字'.repeat(30)}<Enter>`, 'echo ok<Enter>'], { cols: 39, rows: 20 }),
  ...([79, 133, 40] as const).flatMap((cols) => (['bash', 'zsh', 'fish'] as const).map((shell) => call(shell, `wrapping at ${cols} in ${shell}`, [`echo ${'word '.repeat(30)}end<Enter>`, `echo ${'x'.repeat(cols)}<Enter>`, `echo ${'y'.repeat(2 * cols)}<C-a><C-f><C-f><C-f><C-f><C-f>Z<Enter>`, '<Up><C-e> tail<Enter>', `echo ${'z '.repeat(cols)}<C-w><C-w>w<Enter>`, 'echo ok<Enter>'], { cols, rows: 24, pace: shell === 'bash' ? 'clumps' : 'keys' }))),
  ...(['bash', 'zsh', 'fish'] as const).map((shell) => call(shell, `resizes in ${shell}`, ['echo before<Enter>', 'echo this line is being typed while', { resize: [50, 20] }, ' the window shrinks<Enter>', 'ls -d /tmp', { resize: [120, 40] }, ' /usr<Enter>', `echo ${'w '.repeat(40)}`, { resize: [61, 24] }, 'end<Enter>', { resize: [79, 24] }, '<Up><Enter>', 'echo after<Enter>'], { cols: 80 })),
  ...both(call('bash', 'type-ahead', [{ ahead: 'sleep 0.5<Enter>' }, { pause: 60 }, { ahead: 'echo typed during sleep<Enter>' }, { ahead: 'ls -d /tm' }, { pause: 800 }, 'p<Enter>', { ahead: 'sleep 0.4; echo x<Enter>echo y<Enter>echo z<Enter>' }, { pause: 800 }, { ahead: 'sleep 0.3<Enter>wrong<C-u>pwd<Enter>' }, { pause: 700 }, 'echo end<Enter>'])),
  call('zsh', 'type-ahead in zsh', [{ ahead: 'sleep 0.5<Enter>' }, { pause: 60 }, { ahead: 'echo typed during sleep<Enter>' }, { ahead: 'ls -d /tm' }, { pause: 800 }, 'p<Enter>', { ahead: 'sleep 0.4; echo x<Enter>echo y<Enter>echo z<Enter>' }, { pause: 900 }, 'echo end<Enter>'], { rc: "PROMPT='%m:%~ %# '" }),
  call('fish', 'type-ahead in fish', [{ ahead: 'sleep 0.5<Enter>' }, { pause: 60 }, { ahead: 'echo typed during sleep<Enter>' }, { pause: 900 }, { ahead: 'sleep 0.4; echo x<Enter>echo y<Enter>' }, { pause: 900 }, 'echo end<Enter>']),
]
// biome-ignore format: a script reads better as it is typed
const programs: Session[] = [
  ...(['bash', 'zsh', 'fish'] as const).flatMap((shell) => both(call(shell, `full screens in ${shell}`, ['echo before<Enter>', 'vim -u NONE plan.txt<Enter>', { pause: 300 }, 'iTODO<Enter>rm -rf x<Enter><Esc>', ':!ls -d /tmp<Enter>', { pause: 200 }, '<Enter>', ':w<Enter>', ':q<Enter>', { pause: 200 }, 'cat plan.txt<Enter>', 'less notes.txt<Enter>', { pause: 200 }, '!echo from less<Enter>', { pause: 200 }, '<Enter>', '/line 40<Enter>', 'q', { pause: 100 }, 'top -d 1<Enter>', { pause: 500 }, 'q', { pause: 200 }, 'man ls 2>/dev/null | head -2<Enter>', { pause: 300 }, 'watch -n 1 date<Enter>', { pause: 500 }, '<C-c>', { pause: 200 }, 'clear<Enter>', 'echo after<Enter>', 'tput reset<Enter>', { pause: 300 }, 'echo end<Enter>'], { needs: ['vim', 'less', 'watch', 'top'] }))),
  call('bash', 'reset and clear', ['echo one<Enter>', 'reset<Enter>', { pause: 1500 }, 'echo two<Enter>', 'clear; echo three<Enter>', 'printf "\\033c"; echo four<Enter>', 'echo fi<C-l>ve<Enter>', 'tput smcup; sleep 0.2; tput rmcup<Enter>', { pause: 300 }, 'printf "\\033[2J"<Enter>', 'echo end<Enter>']),
  call('bash', 'nested', ['zsh -f<Enter>', { pause: 300 }, 'echo zsh here<Enter>', 'fish --no-config<Enter>', { pause: 500 }, 'echo fish here<Enter>', 'sh<Enter>', { pause: 200 }, 'echo sh here<Enter>', 'bash --norc<Enter>', { pause: 200 }, 'echo bash here<Enter>', 'exit<Enter>', { pause: 100 }, 'echo back in sh<Enter>', 'exit<Enter>', { pause: 200 }, 'echo back in fish<Enter>', 'exit<Enter>', { pause: 200 }, 'echo back in zsh<Enter>', 'exit<Enter>', { pause: 100 }, { ran: ['echo zsh here', 'fish --no-config', 'echo fish here', 'sh', 'echo sh here', 'bash --norc', 'echo bash here', 'exit', 'echo back in sh', 'exit', 'echo back in fish', 'exit', 'echo back in zsh', 'exit'] }, 'env -i HOME=$HOME PATH=$PATH TERM=$TERM bash --norc --noprofile<Enter>', { pause: 200 }, 'echo clean<Enter>', 'exit<Enter>', { ran: ['echo clean', 'exit'] }, 'sudo -i<Enter>', { until: '# ' }, 'whoami<Enter>', { pause: 300 }, '<C-d>', { pause: 300 }, { ran: ['whoami'] }, 'su - -c "echo by su"<Enter>', { pause: 400 }, 'su -<Enter>', { until: '# ' }, 'pwd<Enter>', 'logout<Enter>', { pause: 200 }, { ran: ['pwd', 'logout'] }, 'echo home again<Enter>'], { needs: ['sudo'] }),
  ...both(call('zsh', 'script and subshells', ['script -q out.log<Enter>', { pause: 500 }, 'echo in script<Enter>', 'exit<Enter>', { pause: 200 }, { ran: ['echo in script', 'exit'] }, 'bash<Enter>', { pause: 300 }, 'echo in bash<Enter>', 'exec zsh -f<Enter>', { pause: 300 }, 'echo replaced<Enter>', 'exit<Enter>', { pause: 200 }, { ran: ['echo replaced', 'exit'] }, 'dash<Enter>', { pause: 100 }, 'echo in dash<Enter>', '<C-d>', { ran: ['echo in dash'] }, 'echo out<Enter>'], { env: { SHELL: '/bin/dash' }, rc: "PROMPT='%n %~ %# '" })),
  call('bash', 'over ssh', ['/usr/sbin/sshd -f sshd_config<Enter>', 'ssh -F sshc box<Enter>', { pause: 900 }, 'echo over there<Enter>', 'ls -d /t<Tab><Enter>', 'bash --norc<Enter>', { pause: 200 }, 'echo deeper<Enter>', 'exit<Enter>', 'logout<Enter>', { pause: 400 }, { ran: ['echo over there', 'ls -d /tmp/', 'bash --norc', 'echo deeper', 'exit', 'logout'] }, 'ssh -F sshc box uptime -p<Enter>', { pause: 600 }, 'ssh -F sshc -o PreferredAuthentications=password box<Enter>', { until: 'password: ' }, 'wr0ng-secret-1<Enter>', { until: 'password: ' }, 'wr0ng-secret-2<Enter>', { until: 'password: ' }, 'wr0ng-secret-3<Enter>', { until: 'denied' }, { pause: 300 }, 'echo locked out<Enter>'], { needs: ['sshd', 'ssh'], secrets: ['wr0ng-secret'] }),
  call('bash', 'python all day', [`${python} -q<Enter>`, { until: '>>> ' }, 'import math<Enter>', 'math.pi * 2<Enter>', 'def area(r):<Enter>', '    """of a circle"""<Enter>', '    return math.pi * r ** 2<Enter>', '<Enter>', 'area(3)<Enter>', '[x ** 2<Enter>', ' for x in range(3)]<Enter>', 'if True:<Enter>', '    print("yes")<Enter>', 'else:<Enter>', '    print("no")<Enter>', '<Enter>', 'text = """two<Enter>', 'lines"""<Enter>', 'print(text)<Enter>', '<Up><Up><Up><Up>', '<C-c>', '1/0<Enter>', 'math.flo<Tab>2.5)<Enter>', 'x = input("$ ")<Enter>', 'rm -rf /<Enter>', 'x<Enter>', '<C-d>', { ran: ['import math', 'math.pi * 2', 'def area(r):', '    """of a circle"""', '    return math.pi * r ** 2', 'area(3)', '[x ** 2', ' for x in range(3)]', 'if True:', '    print("yes")', 'else:', '    print("no")', 'text = """two', 'lines"""', 'print(text)', '1/0', 'math.floor(2.5)', 'x = input("$ ")', 'x'] }, 'echo end<Enter>'], { waits: 'quiet' }),
  call('zsh', 'databases and calculators', ['sqlite3 shop.db<Enter>', { until: 'sqlite> ' }, '.mode box<Enter>', 'create table item (name text, price real);<Enter>', "insert into item values ('pen', 1.5), ('ink', 7);<Enter>", 'select name,<Enter>', '  price * 2<Enter>', 'from item;<Enter>', '.tables<Enter>', 'selct 1;<Enter>', '<Up><C-a><C-f><C-f><C-f>e<Enter>', '.exit<Enter>', { ran: ['.mode box', 'create table item (name text, price real);', "insert into item values ('pen', 1.5), ('ink', 7);", 'select name,', '  price * 2', 'from item;', '.tables', 'selct 1;', 'select 1;', '.exit'] }, 'bc -q<Enter>', { pause: 150 }, '2 ^ 10<Enter>', 'scale=3; 10/3<Enter>', 'quit<Enter>', { ran: ['2 ^ 10', 'scale=3; 10/3', 'quit'] }, 'echo between<Enter>', 'gdb -q<Enter>', { until: '(gdb) ' }, 'print 6 * 7<Enter>', 'show version<Enter>', { pause: 200 }, 'quit<Enter>', { ran: ['print 6 * 7', 'show version', 'quit'] }, 'echo end<Enter>'], { needs: ['sqlite3', 'bc', 'gdb'], rc: "PROMPT='%m %# '" }),
  call('bash', 'node by hand', ['/usr/bin/node<Enter>', { until: '> ' }, 'const a = [1, 2, 3]<Enter>', 'a.map((x) => x * 2)<Enter>', 'function f(x) {<Enter>', 'return x + 1<Enter>', '}<Enter>', 'f(41)<Enter>', '<Up><Enter>', 'process.ver<Tab><Enter>', '.exit<Enter>', { ran: ['const a = [1, 2, 3]', 'a.map((x) => x * 2)', 'function f(x) {', 'return x + 1', '}', 'f(41)', 'f(41)', 'process.version', '.exit'] }, 'echo end<Enter>'], { waits: 'quiet' }),
  ...(['tmux', 'screen'] as const).map((program) => call('bash', `a day in ${program}`, [`${program}<Enter>`, { pause: 900 }, 'echo hello<Enter>', 'ls -la<Enter>', 'cd doc<Tab><Enter>', 'pwd<Enter>', '<Up><Up><Up><Enter>', 'for i in 1 2 3; do<Enter>', 'echo $i<Enter>', 'done<Enter>', 'sleep 0.2; echo slept<Enter>', { pause: 300 }, program === 'tmux' ? '<C-b>"' : '<C-a>S', { pause: 500 }, ...(program === 'tmux' ? [] : ['<C-a><Tab>', { pause: 200 }, '<C-a>c', { pause: 600 }]), 'echo in the second<Enter>', 'false; echo $?<Enter>', 'vim -u NONE x<Enter>', { pause: 400 }, ':q<Enter>', { pause: 300 }, '<C-r>slept', '<Enter>', { pause: 300 }, program === 'tmux' ? '<C-b>o' : '<C-a><Tab>', { pause: 300 }, 'echo in the first<Enter>', program === 'tmux' ? '<C-b>c' : '<C-a>c', { pause: 700 }, 'echo a new window<Enter>', 'half<C-c>', 'clear<Enter>', 'echo cleared<Enter>', 'exit<Enter>', { pause: 500 }, program === 'tmux' ? '<C-b>d' : '<C-a>d', { pause: 500 }, `${program} ls<Enter>`, { pause: 300 }, program === 'tmux' ? 'tmux kill-server<Enter>' : 'screen -X quit<Enter>', { pause: 500 }, 'echo out<Enter>'] as Step[], { needs: [program, 'vim'], cols: 100, rows: 36 })),
  ...both(call('bash', 'output that misleads', ['printf "$ rm -rf /\\n\\$ "<Enter>', 'printf "root@box:~# shutdown -h now\\nroot@box:~# "; sleep 0.2<Enter>', { pause: 300 }, 'echo "> "; echo ">>> import os"<Enter>', 'printf "\\033[1A\\033[2Koverwritten\\n"<Enter>', 'for i in 10 50 100; do printf "\\r%3d%% [=====>    ]" $i; sleep 0.05; done; echo<Enter>', { pause: 300 }, 'read -p "$ " line<Enter>', 'echo not a command<Enter>', 'read -rp "Name> " n<Enter>', 'ls<Enter>', 'select c in a b; do break; done<Enter>', '1<Enter>', 'echo -n "half "<Enter>', 'echo whole<Enter>', 'yes no | head -300<Enter>', { pause: 200 }, 'seq 3 | while read n; do printf "user@host:~\\$ cmd$n\\n"; done<Enter>', 'echo end<Enter>'])),
  call('bash', 'behind one’s back', ['(sleep 0.4; echo LATE) &<Enter>', 'echo interr', { pause: 600 }, 'upted<Enter>', '(for i in 1 2 3; do sleep 0.15; echo tick $i; done) &<Enter>', 'ls', { pause: 700 }, ' -d /tmp<Enter>', 'sleep 0.1 &<Enter>', { pause: 300 }, 'true<Enter>', '(sleep 0.3; printf "no newline") &<Enter>', { pause: 500 }, 'echo calm<Enter>', 'wait; echo end<Enter>']),
  call('zsh', 'behind one’s back in zsh', ['(sleep 0.4; echo LATE) &<Enter>', 'echo interr', { pause: 600 }, 'upted<Enter>', 'sleep 0.3 &<Enter>', 'ls', { pause: 700 }, ' -d /tmp<Enter>', 'echo end<Enter>'], { rc: "PROMPT='%m %# '" }),
  ...both(call('bash', 'odd lines', [' echo with a leading blank<Enter>', '<Enter>', '<Enter><Enter>', 'echo done # with a remark<Enter>', 'alias ll="ls -l"<Enter>', 'll alpha.txt<Enter>', 'f() { echo "f: $*"; }; f 1 2<Enter>', `echo ${'0123456789'.repeat(450)} | wc -c<Enter>`, `<Up><Enter>`, 'echo "tab<C-v><Tab>in"<Enter>', 'echo $((1<<4))<Enter>', "echo $'a\\tb'<Enter>", 'time true<Enter>', '! false<Enter>', 'A=1 B=2 env | grep -c "^[AB]="<Enter>', 'echo a;echo b ;  echo c<Enter>', 'echo trailing   <Enter>', '{ echo x; } 2>&1 | cat<Enter>', 'echo end<Enter>'])),
  call('zsh', 'odd lines in zsh', [' echo with a leading blank<Enter>', '<Enter>', 'alias -g L="| cat"<Enter>', 'echo piped L<Enter>', `echo ${'0123456789'.repeat(450)} | wc -c<Enter>`, '<Up><Enter>', 'print -l a b<Enter>', 'echo **/*.txt(N)<Enter>', 'echo ${HOME:t}<Enter>', '=ls -d /tmp<Enter>', 'echo end<Enter>'], { rc: "PROMPT='%m %# '\nsetopt interactivecomments" }),
  call('dash', 'dash on call', ['uname -s<Enter>', 'cd source-code && ls<Enter>', 'while :; do<Enter>', 'break<Enter>', 'done<Enter>', 'echo a \\<Enter>', 'b<Enter>', 'ecoh<BS><BS><BS>cho typo<Enter>', 'wipe this<C-u>echo kept<Enter>', 'read -r v<Enter>', 'some text<Enter>', 'echo "$v"<Enter>', 'printf "> "<Enter>', 'echo same line<Enter>', 'echo x >&2; false<Enter>', 'exit 4<Enter>', { ran: ['uname -s', 'cd source-code && ls', 'while :; do\nbreak\ndone', 'echo a \\\nb', 'echo typo', 'echo kept', 'read -r v', 'echo "$v"', 'printf "> "', 'echo same line', 'echo x >&2; false', 'exit 4'] }], { waits: { prompt: '$ ' } }),
  call('dash', 'dash in one breath', ['uname -s<Enter>', 'pwd<Enter>', { burst: 'echo one<Enter>echo two<Enter>' }, { ahead: 'sleep 0.3<Enter>' }, { ahead: 'echo three<Enter>' }, { pause: 600 }, 'for i in 1 2; do echo $i; done<Enter>', 'cat > f<Enter>', 'rm -rf /<Enter>', '<C-d>', 'vim -u NONE f<Enter>', { pause: 300 }, ':q<Enter>', { pause: 200 }, `${python} -q<Enter>`, { until: '>>> ' }, '1 + 1<Enter>', 'exit()<Enter>', 'echo end<Enter>', { ran: ['uname -s', 'pwd', 'echo one', 'echo two', 'sleep 0.3', 'echo three', 'for i in 1 2; do echo $i; done', 'cat > f', 'vim -u NONE f', `${python} -q`, '1 + 1', 'exit()', 'echo end'] }], { pace: 'burst', rc: "PS1='> '", needs: ['vim'] }),
  ...both(call('bash', 'secrets of all kinds', ['read -s -p "Token: " t<Enter>', 'sesame-open-1<Enter>', 'stty -echo<Enter>', 'echo hidden run<Enter>', 'stty echo<Enter>', "bash -c 'read -s x; echo ${#x}'<Enter>", { pause: 200 }, 'sesame-open-2<Enter>', `${python} -c 'import getpass; print(len(getpass.getpass()))'<Enter>`, { until: 'assword: ' }, 'sesame-open-3<Enter>', "sh -c 'printf \"Enter password: \"; stty -echo; read p; stty echo; echo; printf \"mysql> \"; read q'<Enter>", { until: 'assword: ' }, 'sesame-open-4<Enter>', { until: 'mysql> ' }, 'quit<Enter>', 'echo end<Enter>'], { secrets: ['sesame-open'], hidden: ['echo hidden run', 'stty echo'] })),
  call('dash', 'hidden in dash', ['stty -echo<Enter>', { pause: 100 }, 'echo never seen<Enter>', { pause: 100 }, 'stty echo<Enter>', { pause: 100 }, 'echo end<Enter>', { ran: ['stty -echo', 'echo never seen', 'echo end'] }], { hidden: ['echo never seen'] }),
]
export const fifthHand: Session[] = [...fifthHandOne, ...rest, ...programs]
