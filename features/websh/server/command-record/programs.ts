import { scan } from './shell-syntax.ts'

/** What a command line leads to, as far as it says so itself. */
export type Launch =
  /** A shell that asks for commands: a new level. */
  | 'shell'
  /** Something that may end in a shell, on this machine or another: su, ssh, docker exec. */
  | 'perhaps-shell'
  /** A read-eval-print loop: python, sqlite3, psql. */
  | 'repl'
  /** One that prints no prompt: bc, dc. */
  | 'silent repl'
  /** tmux or screen. */
  | 'multiplexer'
  /** Asks for a line of its own with the shell's editor: read, vared. */
  | 'reads'
  | undefined

const SHELLS = new Set([
  'sh',
  'bash',
  'zsh',
  'fish',
  'dash',
  'ash',
  'ksh',
  'mksh',
  'rbash',
  'tcsh',
  'csh',
  'nu',
  'pwsh',
])
const GATES = new Set([
  'su',
  'sudo',
  'doas',
  'ssh',
  'mosh',
  'telnet',
  'rlogin',
  'login',
  'script',
  'docker',
  'podman',
  'kubectl',
  'oc',
  'lxc',
  'lxc-attach',
  'incus',
  'nsenter',
  'unshare',
  'chroot',
  'machinectl',
  'systemd-nspawn',
  'runuser',
  'setpriv',
  'newgrp',
  'sg',
  'busybox',
  'nix-shell',
  'nix',
  'poetry',
  'pipenv',
  'vagrant',
  'adb',
  'expect',
  'rlwrap',
  'virsh',
  'gcloud',
  'aws',
  'az',
])
const PREFIXES = new Set([
  'env',
  'exec',
  'command',
  'builtin',
  'nohup',
  'time',
  'nice',
  'ionice',
  'setsid',
  'stdbuf',
  'strace',
  'ltrace',
  'timeout',
  'noglob',
  'faketime',
])
const REPLS =
  /^(python[\d.]*|pypy[\d.]*|ipython[\d.]*|bpython|ptpython|sqlite3?|psql|mysql|mariadb|node|nodejs|deno|bun|irb|pry|ghci|lua[\d.]*|luajit|R|julia|gdb|lldb|bc|dc|php|perl|redis-cli|mongo|mongosh|scala|clj|erl|iex|jshell|ocaml|utop|tclsh|wish|gnuplot|octave|maxima|guile|racket|sbcl|swipl|ftp|sftp|lftp|nslookup|gdbtui|pdb|duckdb|clickhouse-client|cqlsh|etcdctl|influx|usql|litecli|pgcli|mycli)$/
/** Options that are followed by their value, for the few programs where it matters whether a script or a command is given. */
const WITH_VALUE: Readonly<Record<string, RegExp>> = {
  bash: /^(--(init-file|rcfile)|[-+][oO])$/,
  zsh: /^[-+]o$/,
  fish: /^(-C|--init-command|-d|-p)$/,
  python: /^-[WX]$/,
  sqlite3: /^-(separator|newline|nullvalue|init|cmd)$/,
  psql: /^-[dhpUvFRPT]$/,
  ssh: /^-[bcDEeFIiJLlmOopQRSWw]$/,
}

/** Editors, pagers and their like: they fill the screen, and no shell of theirs is in it. */
const FILLS_SCREEN =
  /^(vi|vim|nvim|view|vimdiff|rvim|ex|nano|pico|emacs|emacsclient|joe|micro|hx|less|more|most|man|top|htop|btop|watch|mc|ranger|nnn|lf|tig|lazygit|mutt|visudo|vipw|crontab|sudoedit|systemctl|journalctl)$/

/** Whether all this line can open is a program that has the screen to itself. */
export function fillsScreen(line: string): boolean {
  const words = line.trim().split(/\s+/)
  const name = words.find(
    (word, at) => !PREFIXES.has(nameOf(word)) && !(at < 3 && /^(sudo|-|\w+=)/.test(word)),
  )
  return FILLS_SCREEN.test(nameOf(name ?? ''))
}

/** What each of the commands of a line starts; the one that matters most counts. */
export function launchOf(line: string): Launch {
  if (line.length > 20_000) return undefined
  const { words } = scan(line)
  const commands: { readonly words: string[]; readonly isPipedTo: boolean }[] = [
    { words: [], isPipedTo: false },
  ]
  for (const { text, isOperator } of words) {
    if (isOperator) commands.push({ words: [], isPipedTo: text === '|' || text === '|&' })
    else commands.at(-1)!.words.push(text)
  }
  // What reads a pipe asks nobody; `sudo` and its like have the terminal itself.
  const launches = commands.map(({ words, isPipedTo }) => {
    const launch = launchOfCommand(words)
    return isPipedTo && launch !== 'perhaps-shell' && launch !== 'multiplexer' ? undefined : launch
  })
  for (const kind of ['multiplexer', 'perhaps-shell', 'shell', 'repl', 'silent repl', 'reads'] as const) {
    if (launches.includes(kind)) return kind
  }
  return undefined
}

function launchOfCommand(words: readonly string[]): Launch {
  let at = 0
  while (at < words.length) {
    const word = words[at]!
    const isPrefix = PREFIXES.has(nameOf(word))
    if (!isPrefix && !/^[A-Za-z_]\w*=/.test(word) && !['then', 'do', 'else', '{', '!'].includes(word)) break
    at++
    // Their own options and, for timeout and nice, a number.
    while (isPrefix && at < words.length && /^(-|\d|[A-Za-z_]\w*=)/.test(words[at]!)) at++
  }
  const name = nameOf(words[at] ?? '')
  const rest = words.slice(at + 1)
  if (name === 'tmux' || name === 'screen' || name === 'byobu')
    return multiplexes(name, rest) ? 'multiplexer' : undefined
  if (name === 'read' || name === 'vared' || name === 'select') return 'reads'
  if (SHELLS.has(name)) return hasOperand(name, rest) ? withCommand(rest) : 'shell'
  if (name === 'ssh')
    return operands('ssh', rest) > 1 && !rest.some((word) => /^-\w*t/.test(word))
      ? undefined
      : 'perhaps-shell'
  if (GATES.has(name)) return throughGate(rest)
  if (REPLS.test(name)) {
    const family = name.replace(/[\d.]+$/, '') || name
    const takesDatabase =
      /^(sqlite3?|psql|mysql|mariadb|duckdb|redis-cli|mongo|mongosh|gdb|lldb|ftp|sftp|lftp|nslookup|bc)$/.test(
        name,
      )
    if (rest.some((word) => /^-(c|e|m|p|-eval|-print|-version|V|-help|h)$/.test(word)) && !takesDatabase)
      return undefined
    if (rest.some((word) => word === '-i')) return 'repl'
    if (name === 'bc' || name === 'dc') return 'silent repl'
    if (takesDatabase)
      return /^(sqlite3?|duckdb)$/.test(name) && operands('sqlite3', rest) > 1 ? undefined : 'repl'
    return operands(family, rest) > 0 ? undefined : 'repl'
  }
  return undefined
}

/** Some of what one says to them only does something with those that run. */
function multiplexes(name: string, rest: readonly string[]): boolean {
  if (name === 'screen') return !rest.some((word) => /^-(ls|list|wipe|X|v|Q)$/.test(word))
  const verb = rest.findIndex((word, at) => !word.startsWith('-') && !/^-[cfLST]$/.test(rest[at - 1] ?? ''))
  const isDetached = rest.includes('-d') && /^new/.test(rest[verb] ?? '')
  return (
    !isDetached &&
    (verb < 0 || /^(a|at|att|attach|attach-session|new|new-session|start-server)$/.test(rest[verb]!))
  )
}

/** `bash -c 'exec dash'`: what it runs may be a shell again. */
function withCommand(rest: readonly string[]): Launch {
  const at = rest.findIndex((word) => /^-\w*c$/.test(word))
  return at < 0 || rest[at + 1] === undefined ? undefined : launchOf(rest[at + 1]!)
}

function throughGate(rest: readonly string[]): Launch {
  // sudo python3 and docker exec -it x sqlite3 are loops, su and sudo -i shells; when it does not say, it may be one.
  const at = rest.findIndex((word) => REPLS.test(nameOf(word)) || ['tmux', 'screen'].includes(nameOf(word)))
  if (at >= 0) {
    const inner = launchOfCommand(rest.slice(at))
    if (inner !== undefined) return inner
  }
  return 'perhaps-shell'
}

const hasOperand = (name: string, rest: readonly string[]): boolean =>
  rest.some((word) => /^-\w*c$/.test(word) && !/^-(-|i$|l$)/.test(word)) || operands(name, rest) > 0

function operands(name: string, rest: readonly string[]): number {
  const withValue = WITH_VALUE[name]
  let count = 0
  for (let at = 0; at < rest.length; at++) {
    if (withValue?.test(rest[at]!)) at++
    else if (!rest[at]!.startsWith('-')) count++
  }
  return count
}

const nameOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1)

/** What a line of a read-eval-print loop may lead to: many can run a shell. */
export const launchFromLoop = (line: string): Launch =>
  /\b(os\.(system|exec\w+|spawn\w+)|subprocess\.\w+|pty\.spawn|system|exec|spawnSync|execSync)\b|^\s*(\.(shell|system)\b|\\!|!)/.test(
    line,
  )
    ? 'perhaps-shell'
    : undefined

/** Whether the command ends the shell that reads it. */
export const isLeaving = (line: string): boolean => /^\s*(exit|logout|quit|\.quit|\.exit|\\q)\b/.test(line)
