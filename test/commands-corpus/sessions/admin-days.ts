import type { Session } from '../session.ts'

/** What people do on servers, with what they have in their startup files. Written after the reader was tuned on the other sessions. */
// biome-ignore format: a script reads better as it is typed, several keys' worth to a row
export const adminDays: Session[] = [
  {
    category: 'days', name: 'days: starship-like prompt', shell: 'bash', cols: 96, pace: 'clumps',
    rc: "PS1='\\n\\[\\e[36m\\]\\w\\[\\e[0m\\] on \\[\\e[35m\\] main\\[\\e[0m\\] via 🐍 v3.11\\n\\[\\e[32m\\]❯\\[\\e[0m\\] '",
    steps: [
      'ls -l --color=always<Enter>', 'cd doc<Tab><Enter>', 'cd -<Enter>', '<Up><Up><Enter>', 'echo $?<Enter>', 'df -h . | tail -1<Enter>',
      'oops<C-c>', 'exit<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: agnoster-like segments', shell: 'zsh', cols: 110,
    rc: "PROMPT='%K{blue}%F{black} %~ %k%F{blue}%f '\nRPROMPT='%F{240}%D{%H:%M:%S}%f'",
    steps: [
      'ls<Enter>', 'cd source-code<Enter>', 'git status<Enter>', 'echo one; echo two<Enter>', '<Up><Up><Enter>', 'cd ..<Enter>',
      'ls *.txt<Tab>', '<Enter>', 'exit<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: words and last arguments', shell: 'bash',
    steps: [
      'mkdir -p a/b/c<Enter>', 'cd <M-.><Enter>', 'cd ../../..<Enter>', 'echo alpha beta gamma<Enter>',
      'ls <M-.><BS><BS><BS><BS><BS>notes.txt<Enter>', 'echo move by word<CLeft><CLeft><M-u><Enter>',
      'echo kill whole<C-x><BS>echo fresh<Enter>', 'echo a b c<C-a><C-f><C-f><C-f><C-f><C-d><C-e> z<Enter>',
      'echo undo me<C-_><C-_><C-u>echo done<Enter>', 'echo transposes<M-t><Enter>',
    ],
  },
  {
    category: 'days', name: 'days: menu selection', shell: 'zsh',
    rc: "autoload -U compinit; compinit -D\nzstyle ':completion:*' menu select\nsetopt AUTO_CD\nPROMPT='%m %1~ %# '",
    steps: [
      'cat al<Tab><Tab><Tab>', '<Enter>', '<Enter>', 'documents<Enter>', '..<Enter>', 'ls d<Tab><Tab><Right>', '<Enter>', '<Enter>',
      'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: history words', shell: 'bash', pace: 'burst',
    steps: [
      'echo alpha beta<Enter>', 'echo gamma<Enter>', '!?beta?<Enter>', '^beta^delta<Enter>', 'ls -d /tmp /usr<Enter>',
      'echo !:1 and !:$<Enter>', 'echo "in quotes !-2"<Enter>', 'fc -l -2<Enter>', 'history 2<Enter>', '!e:p<Enter>', 'echo last<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: twenty columns', shell: 'bash', cols: 22, rows: 30,
    steps: [
      'echo a line that is much wider than this<Enter>', 'ls<Enter>', 'cat notes.txt | head -2<Enter>',
      'echo fix thiz<BS>s and go on with it<C-a><M-f><M-f> really<Enter>', '<Up><Enter>', 'for i in 1 2 3; do echo number $i; done<Enter>',
      'echo ok<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: prompt wider than the screen', shell: 'zsh', cols: 44,
    rc: "PROMPT='%n@some-very-long-host-name-in-a-far-place:%~ %# '",
    steps: [
      'echo one<Enter>', 'cd source-code/deeply<Enter>', 'echo this wraps once more at the end of it<Enter>', 'ls<Tab><Enter>',
      '<Up><Up><Enter>', 'exit<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: shelling out', shell: 'bash', needs: ['vim', 'less', 'watch'],
    steps: [
      'vim -u NONE notes.txt<Enter>', ':!ls<Enter>', '<Enter>', ':split<Enter>', ':qa!<Enter>', 'less notes.txt<Enter>',
      '!echo from less<Enter>', '<Enter>', 'q', 'watch -n 1 date<Enter>', { pause: 300 }, '<C-c>', 'top -b -n 1 | head -3<Enter>',
      'echo back<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: pager without the other screen', shell: 'zsh', needs: ['less'], env: { LESS: '-X', PAGER: 'less' },
    steps: [
      'less notes.txt<Enter>', '<Enter>jjk/notes<Enter>nn', 'q', 'echo between<Enter>', 'cat notes.txt | less<Enter>', ' q',
      'echo after<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: loops inside tmux', shell: 'bash', needs: ['tmux', 'python3', 'sqlite3', 'vim', 'less'], cols: 100,
    pace: 'clumps',
    steps: [
      'tmux new -s work<Enter>', { pause: 500 }, '/usr/bin/python3 -q<Enter>', { pause: 300 }, 'a = [1, 2]<Enter>', 'sum(a)<Enter>',
      'exit()<Enter>', { ran: ['a = [1, 2]', 'sum(a)', 'exit()'] }, 'less notes.txt<Enter>', '/line 7<Enter>', 'q',
      'for i in 1 2<Enter>do echo $i<Enter>done<Enter>', 'cat > f.txt<Enter>', 'some text<Enter>', '<C-d>', '<C-b>[', 'q',
      'echo end of it<Enter>', '<C-b>d', { pause: 300 }, 'tmux ls<Enter>', 'tmux kill-server<Enter>', 'echo out<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: zsh and dash inside tmux', shell: 'zsh', needs: ['tmux'],
    steps: [
      'tmux new zsh<Enter>', { pause: 600 }, 'echo in zsh<Enter>', 'ls al<Tab>pha.txt<Enter>', 'for i in 1 2; do<Enter>', 'echo $i<Enter>',
      'done<Enter>', 'echo half<C-c>', 'dash<Enter>', { pause: 200 }, 'echo in dash<Enter>', 'pwd<Enter>', 'exit<Enter>',
      { ran: ['echo in dash', 'pwd', 'exit'] }, 'exit<Enter>', { pause: 300 }, 'echo outside<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: fish inside tmux', shell: 'bash', needs: ['tmux'],
    steps: [
      'tmux new fish<Enter>', { pause: 700 }, 'echo in fish<Enter>', 'ls alpha.txt<Enter>', '<Up><Enter>', 'echo in<Right><Enter>',
      'exit<Enter>', { pause: 300 }, 'echo outside<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: long lines in narrow panes', shell: 'bash', cols: 90, needs: ['tmux'],
    steps: [
      'tmux<Enter>', { pause: 500 }, '<C-b>%', { pause: 300 }, 'echo this is a line that is longer than the pane it is typed in<Enter>',
      'echo again <C-a><C-e>with some more words at the very end of it all<Enter>', '<Up><Enter>', 'clear<Enter>', 'ls -d /tmp<Enter>',
      'exit<Enter>', { pause: 300 }, 'echo one pane<Enter>', 'exit<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: windows of screen', shell: 'bash', needs: ['screen'], pace: 'clumps',
    steps: [
      'screen<Enter>', { pause: 500 }, 'echo window zero<Enter>', '<C-a>c', { pause: 300 }, 'echo window one<Enter>', 'ls -d /tmp<Enter>',
      '<C-a>n', { pause: 200 }, 'echo zero again<Enter>', '<C-a>p', { pause: 200 }, 'exit<Enter>', { pause: 300 },
      'echo only one left<Enter>', 'exit<Enter>', { pause: 300 }, 'echo out<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: deeper and deeper', shell: 'bash',
    steps: [
      "script -q /dev/null -c 'bash --norc'<Enter>", { pause: 200 }, 'echo level two<Enter>', 'su -<Enter>', { until: '# ' },
      'echo level three<Enter>', 'dash<Enter>', 'echo level four<Enter>', 'exit<Enter>', 'exit<Enter>', 'exit<Enter>',
      { ran: ['echo level two', 'su -', 'echo level three', 'dash', 'echo level four', 'exit', 'exit', 'exit'] }, 'echo level one<Enter>',
      'exec bash<Enter>', { pause: 200 }, 'echo replaced<Enter>', 'bash -l<Enter>', { pause: 200 }, 'echo login<Enter>', '<C-d>',
      'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: passwords typed too early', shell: 'bash', secrets: ['correct-horse'],
    steps: [
      "read -sp 'Password: ' pw<Enter>", 'correct-horse<Enter>', 'echo thanks<Enter>',
      "bash -c 'stty -echo; sleep 0.3; echo Passphrase:; head -1 >/dev/null; stty echo'<Enter>", { pause: 100 }, 'correct-horse<Enter>',
      'echo ok<Enter>', 'passwd nobody<Enter>', { pause: 200 }, 'correct-horse<C-c>', 'echo never mind<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: python with completion and history', shell: 'zsh', needs: ['python3'],
    steps: [
      '/usr/bin/python3<Enter>', { pause: 400 }, 'import os<Enter>', 'os.getc<Tab>()<Enter>', 'x = 5<Enter>', '<Up><BS>7<Enter>',
      'def f(n):<Enter>', '    return n * 2<Enter>', '<Enter>', 'f(x)<Enter>', 'print("""two<Enter>', 'lines""")<Enter>',
      'undefined<Enter>', 'half<C-c>', 'quit()<Enter>',
      { ran: ['import os', 'os.getcwd()', 'x = 5', 'x = 7', 'def f(n):', '    return n * 2', 'f(x)', 'print("""two', 'lines""")', 'undefined', 'quit()'] },
      'echo after<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: node and its lines', shell: 'bash', needs: ['node'],
    steps: [
      'node<Enter>', { pause: 700 }, '1 + 1<Enter>', 'const list = [1, 2]<Enter>', 'list.map((n) => {<Enter>', 'return n * 2<Enter>',
      '})<Enter>', '.exit<Enter>', { ran: ['1 + 1', 'const list = [1, 2]', 'list.map((n) => {', 'return n * 2', '})', '.exit'] },
      { pause: 200 }, 'node -e "console.log(1)"<Enter>', { pause: 200 }, 'echo after<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: a database in a file', shell: 'fish', needs: ['sqlite3'],
    steps: [
      'sqlite3 books.db<Enter>', { pause: 200 }, 'create table book (title text);<Enter>', "insert into book values ('a;b');<Enter>",
      "<Up><BS><BS><BS><BS><BS>x');<Enter>", 'select *<Enter>', 'from book;<Enter>', '.tables<Enter>', '<C-d>',
      { ran: ['create table book (title text);', "insert into book values ('a;b');", "insert into book values ('ax');", 'select *', 'from book;', '.tables'] },
      'sqlite3 books.db "select 1"<Enter>', 'ls books.db<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: jobs that speak up', shell: 'zsh', pace: 'clumps',
    steps: [
      'sleep 0.3 &<Enter>', 'echo waiting', { pause: 600 }, ' for it<Enter>', '(sleep 0.3; echo speaking up) &<Enter>', 'ls -d ',
      { pause: 600 }, '/tmp<Enter>', 'echo last<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: notified at once', shell: 'bash',
    rc: 'set -b',
    steps: [
      'sleep 0.3 &<Enter>', 'echo waiting', { pause: 600 }, ' for it<Enter>', 'echo last<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: pastes with tabs and blanks', shell: 'bash',
    steps: [
      { paste: 'echo a\tb\t\tc' }, '<Enter>', { paste: '  echo indented  ' }, '<Enter>', { paste: 'if true; then\n\techo tabbed\nfi\n' },
      '<Enter>', { paste: 'cat <<EOF\n\ttab\nEOF\n' }, '<Enter>', { rawPaste: 'f() {\n  echo in f\n}\nf\n' }, 'echo ok<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: pastes in zsh', shell: 'zsh',
    steps: [
      { paste: 'echo one\necho two\n' }, '<Enter>', { paste: '  echo indented' }, '<Enter>',
      { rawPaste: 'f() {\n  echo in f\n}\nf\necho after f\n' }, { pause: 200 }, { paste: "echo 'a\nb'" }, ' c<Enter>', 'echo ok<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: clearing in the middle', shell: 'zsh',
    rc: "PROMPT=$'%~\\n%# '\nRPROMPT='[%?]'",
    steps: [
      'seq 30<Enter>', 'echo half<C-l>', ' and half<Enter>', 'clear<Enter>', 'echo top<Enter>', 'printf "\\033[2J\\033[H"<Enter>',
      'echo printed<Enter>', 'reset<Enter>', { pause: 1500 }, 'echo reset<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: made narrower and wider', shell: 'zsh', cols: 100,
    rc: "RPROMPT='%T'",
    steps: [
      'echo some words that will have to be wrapped when the window gets narrow', { resize: [48, 24] }, ' soon<Enter>', 'echo second',
      { resize: [120, 24] }, ' line<Enter>', 'ls<Enter>', { resize: [60, 18] }, '<Up><Up><Enter>', 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: made narrower in bash', shell: 'bash', cols: 100,
    steps: [
      'echo some words that will have to be wrapped when the window gets narrow', { resize: [48, 24] }, ' soon<Enter>', 'echo second',
      { resize: [120, 24] }, ' line<Enter>', 'ls<Enter>', { resize: [60, 18] }, '<Up><Up><Enter>', 'sleep 0.3<Enter>',
      { resize: [90, 20] }, 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: traps and arrays', shell: 'bash', integration: true,
    rc: "trap ': debug' DEBUG\nPROMPT_COMMAND=('x=1' 'true')\nPS1='[$?] \\$ '",
    steps: [
      'false<Enter>', 'echo $?<Enter>', 'ls;pwd<Enter>', 'printf \'%s\\n\' \'a;b\' "c\\d"<Enter>',
      'for i in 1 2<Enter>do echo $i<Enter>done<Enter>', 'bash --norc<Enter>', { pause: 200 }, 'echo nested<Enter>', 'exit<Enter>',
      { ran: ['echo nested', 'exit'] }, '!!<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: own hooks', shell: 'zsh', integration: true,
    rc: "precmd() { print -n ''; }\npreexec() { : ; }\nautoload -Uz add-zsh-hook\nadd-zsh-hook precmd mine\nmine() { last=$?; }\nPROMPT='%? %# '",
    steps: [
      'false<Enter>', 'echo $?<Enter>', 'print -r "a;b\\n"<Enter>', 'if true<Enter>', 'then echo y<Enter>', 'fi<Enter>',
      ' echo spaced<Enter>', 'su -<Enter>', { until: '# ' }, 'echo as root<Enter>', 'exit<Enter>', { ran: ['echo as root', 'exit'] },
      'exit<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: suggestions accepted in part', shell: 'fish',
    steps: [
      'echo the quick brown fox<Enter>', 'ls documents downloads<Enter>', 'echo the<M-f><M-f><Enter>', 'ls<C-f><Enter>', 'echo th',
      '<End><Enter>', 'echo the slow', '<Enter>', 'ls do<Tab>', '<Tab><Enter>', '<Enter>', 'echo ok<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: fish in vi mode', shell: 'fish',
    rc: 'fish_vi_key_bindings',
    steps: [
      'echo typed in insert<Enter>', 'echo word<Esc>', 'A more<Enter>', '<Esc>', 'k<Enter>', 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: an old terminal', shell: 'bash', term: 'vt220', pace: 'clumps', needs: ['vim'],
    steps: [
      'ls<Enter>', 'vi -u NONE made.txt<Enter>', 'ihello<Enter>world<Esc>', ':wq<Enter>', 'cat made.txt<Enter>',
      'echo some longer text<C-a><M-f> inserted<Enter>', '<Up><Up><Enter>', 'echo bye<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: ansi terminal in fish', shell: 'fish', term: 'ansi', pace: 'clumps',
    steps: [
      'ls<Enter>', 'echo a b<C-a><C-e> c<Enter>', '<Up><Enter>', 'cd documents<Enter>', 'pwd<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: prompts in other scripts', shell: 'bash', pace: 'burst',
    rc: "PS1='🦊 [\\W] 東京» '",
    steps: [
      'echo ñandú<Enter>', 'cd documents<Enter>', 'echo 漢字とかな<BS>ナ<Enter>', 'ls /tmp -d<Enter>', '<Up><Up><Enter>',
      { burst: 'echo a<Enter>echo b<Enter>' }, 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: questions', shell: 'bash',
    steps: [
      'touch x y<Enter>', 'rm -i x<Enter>', 'y<Enter>', 'cp -i y alpha.txt<Enter>', 'n<Enter>', "read -ep 'Name: ' name<Enter>",
      'ada lovelace<Enter>', 'select c in red blue; do break; done<Enter>', '1<Enter>', "read -p '$ ' z<Enter>", 'ls -la<Enter>',
      'bc -q<Enter>', '1 + 1<Enter>', '<C-d>', { ran: ['1 + 1'] }, 'echo $name $c<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: questions in fish', shell: 'fish',
    steps: [
      'touch x<Enter>', 'rm -i x<Enter>', 'y<Enter>', 'read name<Enter>', 'ada lovelace<Enter>', 'read -P "dollar> " other<Enter>',
      'not a command<Enter>', 'echo $name<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: documents with tabs, and nesting', shell: 'zsh',
    steps: [
      'cat <LT><LT>-EOF | sort<Enter>', 'b<Enter>a<Enter>EOF<Enter>', 'echo "$(ls \\<Enter>', '-d /tmp)"<Enter>',
      'x=$(<Enter>echo inner<Enter>)<Enter>', 'echo $x # remark<Enter>', '# only a remark<Enter>', '{ echo a<Enter>echo b; }<Enter>',
      'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: ten at once', shell: 'bash',
    steps: [
      { burst: 'echo 1<Enter>echo 2<Enter>echo 3<Enter>ls -d /tmp<Enter>cd documents<Enter>pwd<Enter>cd ..<Enter>echo 8<Enter>true<Enter>echo 10<Enter>' },
      { pause: 400 }, 'echo done<Enter>', { burst: 'sleep 0.2<Enter>cat alp<Tab><Tab>ha.txt<Enter>echo x<Left><BS>yy<Enter>' },
      { pause: 500 }, 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: ten at once in zsh', shell: 'zsh',
    steps: [
      { burst: 'echo 1<Enter>echo 2<Enter>echo 3<Enter>ls -d /tmp<Enter>cd documents<Enter>pwd<Enter>cd ..<Enter>echo 8<Enter>true<Enter>echo 10<Enter>' },
      { pause: 400 }, 'echo done<Enter>', { burst: 'sleep 0.2<Enter>cat alph<Tab><Enter>echo x<Left><BS>yy<Enter>' }, { pause: 500 },
      'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: progress and noise', shell: 'bash',
    steps: [
      "for i in 1 2 3; do printf '\\r%d %%' $i; sleep 0.1; done<Enter>", 'echo after<Enter>', 'head -c 400 /bin/ls<Enter>', { pause: 200 },
      'reset<Enter>', { pause: 1500 }, 'echo sane<Enter>', "printf '\\033[?2004l'<Enter>", 'echo switched off<Enter>',
      "printf '\\033[?2004h$ fake'; sleep 0.2; echo<Enter>", { pause: 300 }, 'echo end<Enter>',
    ],
  },
  {
    category: 'days', name: 'days: dash at work', shell: 'dash', pace: 'clumps',
    steps: [
      'cd /tmp<Enter>', 'PS1="dash> "<Enter>', 'echo new prompt<Enter>', 'if true<Enter>then echo yes<Enter>fi<Enter>', 'cat<Enter>',
      'dash> ls<Enter>', '<C-d>', 'echo é<BS>e<Enter>', { rawPaste: 'echo p1\necho p2\n' }, { pause: 150 }, 'sleep 0.2; echo x<Enter>',
      'exit<Enter>',
      { ran: ['cd /tmp', 'PS1="dash> "', 'echo new prompt', 'if true\nthen echo yes\nfi', 'cat', 'echo e', 'echo p1', 'echo p2', 'sleep 0.2; echo x', 'exit'] },
    ],
  },
]
