/**
 * Just enough of a shell's grammar to say whether a shell would ask for another line, and how bash's history joins the
 * lines of one command. It reads, it never runs; each pass is linear in the text.
 */

interface Word {
  readonly text: string
  /** Separators and operators, against words. */
  readonly isOperator: boolean
  /** The first word of a simple command, where reserved words count. */
  readonly isCommand: boolean
}

interface HereDocument {
  readonly end: string
  readonly isIndented: boolean
}

interface Scan {
  readonly words: readonly Word[]
  /** An open quote or substitution: its opening character. */
  readonly open: string | undefined
  /** Ends with a backslash that continues the line. */
  readonly isContinued: boolean
  /** The here-document whose end has not come. */
  readonly document: HereDocument | undefined
}

const OPERATORS = [
  '&&',
  '||',
  ';;&',
  ';;',
  ';&',
  '|&',
  '<<<',
  '<<-',
  '<<',
  '>>',
  '<(',
  '>(',
  '&>',
  '>&',
  '<&',
  '|',
  '&',
  ';',
  '(',
  ')',
  '<',
  '>',
]
const STARTS_COMMAND = new Set(['&&', '||', ';;', ';&', ';;&', '|', '|&', '&', ';', '(', '\n', '<(', '>('])
const AFTER_RESERVED = new Set([
  'if',
  'then',
  'else',
  'elif',
  'while',
  'until',
  'do',
  '{',
  '!',
  'time',
  'begin',
  'and',
  'or',
  'not',
])

export function scan(text: string): Scan {
  const words: Word[] = []
  let word = ''
  let hasWord = false
  let isCommand = true
  const documents: HereDocument[] = []
  let wantsDelimiter: '<<' | '<<-' | undefined
  const finish = (open: string | undefined, isContinued = false): Scan => ({
    words,
    open,
    isContinued,
    document: documents[0],
  })
  const endWord = () => {
    if (!hasWord) return
    if (wantsDelimiter !== undefined) {
      documents.push({ end: word, isIndented: wantsDelimiter === '<<-' })
      wantsDelimiter = undefined
    }
    words.push({ text: word, isOperator: false, isCommand })
    isCommand = isCommand && (AFTER_RESERVED.has(word) || /^[A-Za-z_]\w*=/.test(word))
    word = ''
    hasWord = false
  }
  const operator = (found: string) => {
    endWord()
    words.push({ text: found, isOperator: true, isCommand: false })
    if (STARTS_COMMAND.has(found)) isCommand = true
    if (found === '<<' || found === '<<-') wantsDelimiter = found
  }
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    if (character === '\\') {
      if (at + 1 >= text.length) return finish(undefined, true)
      if (text[at + 1] !== '\n') {
        word += text[at + 1]
        hasWord = true
      }
      at += 2
    } else if (character === "'" || character === '"' || character === '`') {
      const end = quoteEnd(text, at, text[at - 1] === '$' && character === "'")
      if (end === undefined) return finish(character)
      word += text.slice(at + 1, end)
      hasWord = true
      at = end + 1
    } else if (character === '$' && (text[at + 1] === '(' || text[at + 1] === '{')) {
      const end = substitutionEnd(text, at + 1)
      if (end === undefined) return finish(text[at + 1])
      word += text.slice(at, end + 1)
      hasWord = true
      at = end + 1
    } else if (character === '#' && !hasWord) {
      while (at < text.length && text[at] !== '\n') at++
    } else if (character === '\n') {
      operator('\n')
      at++
      for (let [document] = documents; document !== undefined; [document] = documents) {
        const end = documentEnd(text, at, document)
        if (end === undefined) return finish(undefined)
        at = end
        documents.shift()
      }
    } else if (/\s/.test(character)) {
      endWord()
      at++
    } else {
      const found = OPERATORS.find((candidate) => text.startsWith(candidate, at))
      if (found === undefined) {
        word += character
        hasWord = true
        at++
      } else {
        operator(found)
        at += found.length
      }
    }
  }
  endWord()
  return finish(undefined)
}

function quoteEnd(text: string, start: number, isEscaped: boolean): number | undefined {
  const quote = text[start]!
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && (quote !== "'" || isEscaped)) at++
    else if (text[at] === quote) return at
    else if (quote === '"' && text[at] === '$' && text[at + 1] === '(') {
      const end = substitutionEnd(text, at + 1)
      if (end === undefined) return undefined
      at = end
    }
  }
  return undefined
}

/** @param start of the bracket that opens. */
function substitutionEnd(text: string, start: number): number | undefined {
  const open = text[start]!
  const close = open === '(' ? ')' : '}'
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (character === "'" && open === '(') {
      const end = text.indexOf("'", at + 1)
      if (end < 0) return undefined
      at = end
    } else if (character === '"') {
      const end = text.indexOf('"', at + 1)
      if (end < 0) return undefined
      at = end
    } else if (character === open) depth++
    else if (character === close && --depth === 0) return at
  }
  return undefined
}

function documentEnd(text: string, start: number, { end, isIndented }: HereDocument): number | undefined {
  let at = start
  while (at < text.length) {
    const stop = text.indexOf('\n', at)
    const line = text.slice(at, stop < 0 ? text.length : stop)
    if ((isIndented ? line.replace(/^\t+/, '') : line) === end) return stop < 0 ? text.length : stop + 1
    if (stop < 0) return undefined
    at = stop + 1
  }
  return undefined
}

const OPENS: Readonly<Record<string, string>> = {
  if: 'fi',
  while: 'done',
  until: 'done',
  for: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
}

/** Whether a POSIX-like shell would ask for more after these lines. Unsure is no. */
export const isIncomplete = (text: string): boolean => isOpen(scan(text))

function isOpen({ words, open, isContinued, document }: Scan): boolean {
  if (open !== undefined || isContinued || document !== undefined) return true
  const expected: string[] = []
  for (const [index, { text: word, isOperator, isCommand }] of words.entries()) {
    if (isOperator && (word === '(' || word === '<(' || word === '>(')) {
      // A function's `()`, and a pattern's bracket inside case.
      expected.push(')')
    } else if (isOperator && word === ')') {
      if (expected.at(-1) === ')') expected.pop()
      const isFunction = words[index - 1]?.text === '(' && !(words[index - 2]?.text.endsWith('=') ?? true)
      if (isFunction) expected.push('body')
    } else if (!isOperator) {
      const isBody = expected.at(-1) === 'body'
      if (isBody) expected.pop()
      if ((isCommand || isBody) && OPENS[word] !== undefined) expected.push(OPENS[word])
      else if (isCommand && word === '[[') expected.push(']]')
      else if (word === expected.at(-1) && (isCommand || word === ']]')) expected.pop()
    }
  }
  if (expected.length > 0) return true
  const last = words.findLast(({ text: word }) => word !== '\n')
  return last?.isOperator === true && ['&&', '||', '|', '|&'].includes(last.text)
}

const NO_SEMICOLON_AFTER = new Set(['\n', '{', '(', ')', ';', '&', '|', '|&', ';;', ';&', ';;&', '&&', '||'])
const NO_SEMICOLON_AFTER_WORD = new Set([
  'case',
  'do',
  'else',
  'if',
  'then',
  'until',
  'while',
  'in',
  '{',
  'elif',
  '!',
])

/** One command's lines as bash keeps them in its history with `cmdhist`, which is on unless a person turned it off. */
export function joinAsHistory(lines: readonly string[]): string {
  let joined = lines[0] ?? ''
  let before = scan(joined)
  for (const [index, line] of lines.slice(1).entries()) {
    if (index > 0 && mayEnd(before, lines[index]!)) before = scan(joined)
    if (before.isContinued) joined = joined.slice(0, -1) + line
    else if (before.open !== undefined || before.document !== undefined) joined += `\n${line}`
    else if (line.trim() !== '' || before.words.length > 0) joined += separator(before.words, line) + line
  }
  return joined
}

function separator(words: readonly Word[], line: string): string {
  const [beforeLast, last] = [words.at(-2), words.at(-1)]
  if (last === undefined) return ''
  if (line.trim() === '') return ''
  if (last.text === ')' && last.isOperator) {
    const isFunction = beforeLast?.text === '('
    return isFunction || isInsideCase(words) ? ' ' : '; '
  }
  if (beforeLast?.text === 'function' && beforeLast.isCommand) return ' '
  if (beforeLast?.text === 'for' && beforeLast.isCommand) return /^\s*in\b/.test(line) ? ' ' : ';'
  if (beforeLast?.text === 'case' && beforeLast.isCommand) return ' '
  if (last.isOperator ? NO_SEMICOLON_AFTER.has(last.text) : isReserved(words)) return ' '
  return '; '
}

function isReserved(words: readonly Word[]): boolean {
  const last = words.at(-1)!
  if (last.text === 'in') return ['case', 'for', 'select'].includes(words.at(-3)?.text ?? '')
  return last.isCommand && NO_SEMICOLON_AFTER_WORD.has(last.text)
}

const isInsideCase = (words: readonly Word[]): boolean =>
  words.filter(({ text, isCommand }) => isCommand && text === 'case').length >
  words.filter(({ text, isCommand }) => isCommand && text === 'esac').length

/** Complete commands of a block of lines, each with the lines it takes; the last may be incomplete. */
export function commandsOf(lines: readonly string[]): string[][] {
  const commands: string[][] = []
  let current = new OpenCommand()
  for (const line of lines) {
    if (current.lines.length === 0 && line.trim() === '') continue
    current.push(line)
    if (!current.isIncomplete) {
      commands.push([...current.lines])
      current = new OpenCommand()
    }
  }
  if (current.lines.length > 0) commands.push([...current.lines])
  return commands
}

/** Whether the line can end what is open; only then the text is worth another look. */
function mayEnd({ open, document }: Scan, line: string): boolean {
  if (document !== undefined) return line.trimStart() === document.end
  if (open === "'" || open === '"' || open === '`') return line.includes(open)
  return true
}

/** A command whose lines come one after the other, however many. */
export class OpenCommand {
  readonly #lines: string[] = []
  #scan = scan('')
  #isIncomplete = false

  get lines(): readonly string[] {
    return this.#lines
  }

  get text(): string {
    return this.#lines.join('\n')
  }

  /** Whether a shell asks for more. */
  get isIncomplete(): boolean {
    return this.#isIncomplete
  }

  push(line: string): void {
    this.#lines.push(line)
    if (this.#isIncomplete && !mayEnd(this.#scan, line)) return
    this.#scan = scan(this.text)
    this.#isIncomplete = isOpen(this.#scan)
  }
}
