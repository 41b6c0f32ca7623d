import { expect, test } from 'vitest'
import { expanded, mayExpand } from './history-expansion.ts'
import { isLeaving, launchOf } from './programs.ts'
import { commandsOf, isIncomplete, joinAsHistory } from './shell-syntax.ts'

test.each([
  'echo "a',
  "echo 'a",
  'echo a \\',
  'for i in 1',
  'for i in 1; do',
  'if true; then',
  'while :; do echo',
  'f() {',
  'f()',
  '{ echo',
  '( echo',
  'ls |',
  'ls &&',
  'a ||',
  'cat <<E',
  'cat <<E\ntext',
  'cat <<-E\n\ttext',
  'echo $(ls',
  'echo `ls',
  'case x in',
  'case x in\na) b;;',
  'echo "$(echo "a"',
  '[[ a',
])('a shell asks for more after %j', (text) => {
  expect(isIncomplete(text)).toBe(true)
})

test.each([
  'ls',
  'echo "a\nb"',
  'echo do for if',
  'for i in 1; do echo $i; done',
  'f() { ls; }',
  'f() {\nls\n}',
  'cat <<E\ntext\nE',
  'cat <<-E\n\ttext\n\tE',
  'a=()',
  "cat <<'E F'\nx\nE F",
  'echo done',
  'case x in a) b;; esac',
  'case x in\n(a) b;;\nesac',
  'echo $((1 << 2))',
  'ls # "',
  "echo $'it\\'s'",
  'cat <<< "x"',
  'echo "a $(echo ")") b"',
])('a shell runs %j at once', (text) => {
  expect(isIncomplete(text)).toBe(false)
})

test.each([
  [['for i in 1 2', 'do', 'echo $i', 'done'], 'for i in 1 2; do echo $i; done'],
  [['if true; then', '  echo yes', 'fi'], 'if true; then   echo yes; fi'],
  [['f() {', 'ls', '}'], 'f() { ls; }'],
  [['echo "a', 'b"'], 'echo "a\nb"'],
  [['echo a \\', 'b'], 'echo a b'],
  [['cat <<E', 'a', 'E'], 'cat <<E\na\nE'],
  [['ls |', 'wc'], 'ls | wc'],
  [['case x in', 'a) b;;', 'esac'], 'case x in a) b;; esac'],
])('the lines %j are one entry of the history', (lines, entry) => {
  expect(joinAsHistory(lines)).toBe(entry)
})

test('a pasted block is as many commands as a shell reads in it', () => {
  expect(commandsOf(['echo a', '', 'for i in 1', 'do :', 'done', 'echo "', '"'])).toEqual([
    ['echo a'],
    ['for i in 1', 'do :', 'done'],
    ['echo "', '"'],
  ])
})

test.each([
  ['bash', 'shell'],
  ['/bin/dash', 'shell'],
  ['bash script.sh', undefined],
  ['bash -c ls', undefined],
  ["bash -c 'exec dash'", 'shell'],
  ['su -', 'perhaps-shell'],
  ['ssh host', 'perhaps-shell'],
  ['ssh host uptime', undefined],
  ['python3', 'repl'],
  ['python3 x.py', undefined],
  ['python3 -c 1', undefined],
  ['sqlite3 a.db', 'repl'],
  ['sqlite3 a.db "select 1"', undefined],
  ['FOO=1 env BAR=2 zsh', 'shell'],
  ['cd x && tmux a', 'multiplexer'],
  ['read x', 'reads'],
  ['ls', undefined],
  ['sudo python3', 'repl'],
] as const)('%j leads to %j', (line, launch) => {
  expect(launchOf(line)).toBe(launch)
})

test('the end of a shell is told by the word alone', () => {
  expect([isLeaving('exit 3'), isLeaving(' logout'), isLeaving('exitcode'), isLeaving('echo exit')]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('history is expanded only to what the shell printed', () => {
  expect(expanded('echo !$', 'echo last')).toBe('echo last')
  expect(expanded("echo 'a!b'", 'a!b')).toBe("echo 'a!b'")
  expect(expanded('!!', 'ls -la')).toBe('ls -la')
  expect(expanded('!nope', 'bash: !nope: event not found')).toBeUndefined()
  expect(expanded('!ls:p', 'ls')).toBeUndefined()
  expect([mayExpand('echo hi!'), mayExpand('[ ! -e x ]'), mayExpand('a != b'), mayExpand('^a^b')]).toEqual([
    false,
    false,
    false,
    true,
  ])
})
