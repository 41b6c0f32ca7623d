/**
 * Finds a secret written on a command line, before the line is stored anywhere. What a shell will fill in by itself
 * (`$PASSWORD`, `$(pass show db)`), a file to read it from and a prompt are all fine.
 *
 * Every pattern is linear: one pass over at most 64 KiB, no nested repetition.
 * @returns what was recognized, in words that do not repeat the secret; undefined when nothing was.
 */
export function findInlineCredential(line: string): string | undefined {
  for (const { pattern, what } of shapes) if (pattern.test(line)) return what
  return inWords(line, 0)
}

/** A quoted word may be a command line itself, as in `sh -c '…'`. */
const DEPTH_MAX = 4

function inWords(line: string, depth: number): string | undefined {
  const words = wordsOf(line)
  for (let at = 0; at < words.length; at++) {
    const found =
      inAssignment(words[at]!) ?? inOption(words[at]!, words[at + 1]) ?? inProgramOption(words, at)
    if (found !== undefined) return found
    const { text } = words[at]!
    const inner =
      depth < DEPTH_MAX && /\s/.test(text) && text.length < line.length ? inWords(text, depth + 1) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Secrets that are recognizable by themselves, wherever they stand. */
const shapes: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/, what: 'a private key' },
  {
    pattern: /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}/,
    what: 'a GitHub token',
  },
  { pattern: /\bglpat-[A-Za-z0-9_-]{18,}/, what: 'a GitLab token' },
  { pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/, what: 'a Slack token' },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, what: 'an AWS access key' },
  { pattern: /\bAIza[A-Za-z0-9_-]{35}/, what: 'a Google API key' },
  { pattern: /\b(?:sk|rk)_live_[A-Za-z0-9]{16,}/, what: 'a Stripe key' },
  { pattern: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/, what: 'an API key' },
  { pattern: /\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{30,}/, what: 'a registry token' },
  { pattern: /\bannals_[a-z]{1,12}_[A-Za-z0-9_-]{20,}/, what: 'an Annals token' },
  {
    pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
    what: 'a signed web token',
  },
  {
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'$]{0,200}:(?![$%{<*])[^\s/@"']{1,200}@/i,
    what: 'a password in a URL',
  },
  {
    pattern: /\bauthorization\s{0,5}:\s{0,5}(?:bearer|basic|token|digest)\s{1,5}(?![$<{*%])[^\s"']{4}/i,
    what: 'an Authorization header',
  },
  {
    pattern:
      /\b(?:x-api-key|api-key|private-token|x-auth-token|x-vault-token)\s{0,5}:\s{0,5}(?![$<{*%])[^\s"']{4}/i,
    what: 'a secret in a header',
  },
]

const secretName =
  /(?:^|[_.-])(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|secret[_-]?key|private[_-]?key|credentials?)$|(?:^|_)(?:pgpassword|mysql_pwd|sshpass)$|^pass$/i

/** What stands for a secret without being one. */
const standsIn =
  /^(?:$|\$|`|<|@|-$|\*+$|x{3,}$|file:|env:|fd:|stdin$|prompt$|%|\{\{|\/|\.{1,2}\/|~\/|true$|false$|yes$|no$|none$|null$|0$|1$)/i

/** `DB_PASSWORD=secret make`, `export TOKEN=secret` */
function inAssignment({ text }: Word): string | undefined {
  const equals = text.indexOf('=')
  if (equals < 1 || text.startsWith('-')) return undefined
  const name = text.slice(0, equals)
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/.test(name) || !secretName.test(name)) return undefined
  return standsIn.test(text.slice(equals + 1)) ? undefined : `a value for ${name}`
}

/** `--password=secret`, `--password secret` */
function inOption({ text }: Word, next: Word | undefined): string | undefined {
  const option = /^--?([A-Za-z][A-Za-z0-9_.-]{1,60})(?:[=:](.*))?$/s.exec(text)
  if (!option || !secretName.test(option[1]!) || (text[1] !== '-' && option[1]!.length < 4)) return undefined
  const value = option[2] ?? (next && !next.startsCommand && !next.text.startsWith('-') ? next.text : '')
  return standsIn.test(value) ? undefined : `a value for ${text.startsWith('--') ? '--' : '-'}${option[1]}`
}

interface ProgramRule {
  readonly programs: RegExp
  /** Options whose own text carries the secret, `-psecret`; the first group is the secret. */
  readonly glued?: RegExp
  /** Options followed by the secret; what the value must look like. */
  readonly separate?: readonly (readonly [option: RegExp, value: RegExp])[]
  readonly what: string
}

const programs: readonly ProgramRule[] = [
  {
    programs: /^(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|mariadb-admin)$/,
    glued: /^-p(.+)$/s,
    what: 'a database password after -p',
  },
  {
    programs: /^sshpass$/,
    glued: /^-p(.+)$/s,
    separate: [[/^-p$/, /./]],
    what: 'a password after sshpass -p',
  },
  {
    programs: /^(?:curl|wget|http|https|xh)$/,
    glued: /^(?:-u|--user=|--proxy-user=)[^:]*:(.+)$/s,
    separate: [[/^(?:-u|--user|-U|--proxy-user|-a|--auth)$/, /^[^:$]*:(?!\$).+/s]],
    what: 'a user with password',
  },
  {
    programs: /^(?:redis-cli|keydb-cli|valkey-cli)$/,
    separate: [[/^-a$/, /./]],
    what: 'a password after -a',
  },
  {
    programs: /^(?:ldapsearch|ldapmodify|ldapadd|ldapdelete|ldappasswd|ldapwhoami)$/,
    glued: /^-w(.+)$/s,
    separate: [[/^-w$/, /./]],
    what: 'a password after -w',
  },
  {
    programs: /^(?:mongo|mongosh|mongodump|mongorestore|docker|podman|helm|nerdctl|oc)$/,
    separate: [[/^-p$/, /^[^:/]*$/]],
    what: 'a password after -p',
  },
  {
    programs: /^(?:smbclient|rpcclient|net)$/,
    separate: [[/^-U$/, /^[^%]*%.+/s]],
    glued: /^-U[^%]*%(.+)$/s,
    what: 'a password after %',
  },
  {
    programs: /^openssl$/,
    separate: [[/^-(?:passin|passout|pass|k|K)$/, /^(?:pass:.+|[^:$]+)$/s]],
    what: 'a pass phrase',
  },
  {
    programs: /^htpasswd$/,
    glued: /^-[a-zA-Z]*(b)[a-zA-Z]*$/,
    what: 'a password after htpasswd -b',
  },
]

/** Programs that take a secret where most take something else. Looks only at the words of the same simple command. */
function inProgramOption(words: readonly Word[], at: number): string | undefined {
  const word = words[at]!
  if (!word.text.startsWith('-')) return undefined
  let from = at
  while (from > 0 && !words[from]!.startsCommand) from--
  const names = words
    .slice(from, Math.min(at, from + 8))
    .map(({ text }) => text.slice(text.lastIndexOf('/') + 1))
  const isRun = /^(?:run|exec|create)$/
  for (const rule of programs) {
    if (!names.some((name) => rule.programs.test(name)) || names.some((name) => isRun.test(name))) continue
    const glued = rule.glued?.exec(word.text)?.[1]
    if (glued !== undefined && !standsIn.test(glued)) return rule.what
    const next = words[at + 1]
    if (next === undefined || next.startsCommand) continue
    for (const [option, value] of rule.separate ?? [])
      if (option.test(word.text) && value.test(next.text) && !standsIn.test(next.text)) return rule.what
  }
  return undefined
}

interface Word {
  /** Quotes and backslashes taken away. */
  readonly text: string
  /** The first word after a line break, `;`, `|`, `&` or a bracket. */
  readonly startsCommand: boolean
}

/** Splits as a shell would, near enough: quotes hold together, separators start a new command. One pass. */
function wordsOf(line: string): Word[] {
  const words: Word[] = []
  let text = ''
  let inWord = false
  let startsCommand = true
  let quote = ''
  const flush = () => {
    if (inWord) words.push({ text, startsCommand })
    if (inWord) startsCommand = false
    text = ''
    inWord = false
  }
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!
    if (quote !== '') {
      if (character === quote) quote = ''
      else if (character === '\\' && quote === '"' && at + 1 < line.length) text += line[++at]
      else text += character
    } else if (character === "'" || character === '"') {
      quote = character
      inWord = true
    } else if (character === '\\' && at + 1 < line.length) {
      text += line[++at]
      inWord = true
    } else if (/\s/.test(character)) {
      flush()
      if (character === '\n') startsCommand = true
    } else if (
      ';|&(){}'.includes(character) &&
      !(character === '{' && line[at - 1] === '$') &&
      !(character === '(' && line[at - 1] === '$')
    ) {
      flush()
      startsCommand = true
    } else {
      text += character
      inWord = true
    }
  }
  flush()
  return words
}
