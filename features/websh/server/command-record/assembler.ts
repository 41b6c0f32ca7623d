import type { Dialect, EndedLine } from './ended-line.ts'
import { commandFrom, expanded, isToBeVerified, mayExpand } from './history-expansion.ts'
import type { Levels } from './levels.ts'
import { isLeaving, launchFromLoop, launchOf } from './programs.ts'
import { isContinuation } from './prompts.ts'
import type { Screen } from './screen.ts'
import { wholeLine } from './screen-line.ts'
import { commandsOf, isIncomplete as isIncompleteText, joinAsHistory, OpenCommand } from './shell-syntax.ts'
import { corrected } from './zsh-correction.ts'

/** What the screen alone says was run. */
export interface SeenCommand {
  readonly text: string
  readonly seconds: number
  readonly kind: 'shell' | 'repl'
  readonly shellDepth: number
  /** The prompt of an integrated shell it was typed at. */
  readonly round: number | undefined
}

interface Pending {
  readonly round: number | undefined
  readonly lines: EndedLine[]
  readonly command: OpenCommand
  readonly tail: string
  readonly dialect: Dialect
  readonly shellDepth: number
  /** Rows from where its first line began to where it ended. */
  readonly height: number
  isAwaitingExpansion: boolean
  /** Rows below it on which zsh asked whether a word is right, and was answered. */
  corrections: number
}

const MOST_LINES = 5000

/** Makes commands of lines: joins those a shell asked for with its second prompt, and leaves out what is none. */
export class Assembler {
  readonly #screen: Screen
  readonly #levels: Levels
  readonly #seen: (command: SeenCommand) => void
  readonly #round: () => number | undefined
  #pending: Pending | undefined

  constructor(
    screen: Screen,
    levels: Levels,
    round: () => number | undefined,
    seen: (command: SeenCommand) => void,
  ) {
    this.#round = round
    this.#screen = screen
    this.#levels = levels
    this.#seen = seen
  }

  /** @returns whether it was a command, or a part of one. */
  ended(line: EndedLine): boolean {
    const isCommand = this.#take(line)
    const pending = this.#pending
    this.#levels.isUnfinished = pending?.command.isIncomplete === true
    return isCommand
  }

  #take(line: EndedLine): boolean {
    const pending = this.#pending
    if (pending !== undefined && this.#continues(pending, line)) {
      if (line.isInterrupted) {
        this.#pending = undefined
        return true
      }
      if (pending.lines.length < MOST_LINES) {
        pending.lines.push(line)
        pending.command.push(line.text)
      }
      // What only goes on with a text starts nothing else.
      if (!pending.command.isIncomplete) this.#levels.launch = launchOf(pending.command.text)
      return true
    }
    this.flush()
    const verdict = this.#levels.judge(line.tail, line.editor, line.dialect)
    if (verdict === undefined || line.isInterrupted || line.text.trim() === '') {
      line.end.release()
      return verdict !== undefined
    }
    if (verdict.kind === 'repl') {
      const { text, seconds } = line
      this.#seen({ text, seconds, kind: 'repl', shellDepth: verdict.depth, round: undefined })
      if (isLeaving(line.text)) this.#levels.isLeaving = true
      this.#levels.launch = launchFromLoop(text)
      line.end.release()
      return true
    }
    // Who switched bracketed paste off is still the shell it was.
    const dialect = line.dialect === 'terminal' ? (verdict.dialect ?? line.dialect) : line.dialect
    const isAwaitingExpansion =
      !line.isRedrawn && (dialect === 'readline' || dialect === 'zle') && mayExpand(line.text)
    const command = new OpenCommand()
    command.push(line.text)
    this.#pending = {
      lines: [line],
      command,
      tail: line.tail,
      dialect,
      shellDepth: verdict.depth,
      height: (line.end.position?.row ?? line.startRow) - line.startRow,
      isAwaitingExpansion,
      round: this.#round(),
      corrections: 0,
    }
    this.#levels.launch = launchOf(line.text)
    this.#levels.lastCommand = line.text
    this.#levels.isLeaving = isLeaving(line.text)
    return true
  }

  /** Whether a shell asked for this line because the one before was not all of it. */
  #continues(pending: Pending, line: EndedLine): boolean {
    const last = pending.lines.at(-1)!
    if (last.dialect === 'fish' || line.editor !== last.editor) return false
    const end = last.end.position
    const below = end === undefined ? 1 : line.startRow - end.row
    const { isIncomplete } = pending.command
    // A first prompt that reads like a second one is the second where the command is not whole.
    const isEither = isIncomplete && isContinuation(line.tail)
    if (line.tail === pending.tail && !isEither) return false
    // Where rows are not followed when they move, the second prompt has to do.
    const isAsked = line.isRedrawn === true && isEither
    if (below !== 1 && !isAsked && !line.isTakenAhead && !(line.isRedrawn && below === 0)) return false
    const { text } = pending.command
    // zsh takes a brace for the end of a block also where others take it for a word.
    const asOthers = text.replace(/([^\s;{&|])\s+\}/g, '$1; }')
    const isClosed = last.dialect === 'zle' && !isContinuation(line.tail) && !isIncompleteText(asOthers)
    if (isIncomplete && !isClosed) return true
    if (this.#levels.isKnown(line.tail)) return false
    return isContinuation(line.tail) && launchOf(text) === undefined && !/\bPS1=|\bPROMPT=/.test(text)
  }

  /** Ctrl-C where no line editor answered it. */
  interrupted(): void {
    const pending = this.#pending
    if (pending?.command.isIncomplete) this.#pending = undefined
  }

  /** A row was finished while no line is being edited: what runs has begun to show something. */
  outputFed(): void {
    const pending = this.#pending
    if (pending === undefined) return
    const end = pending.lines.at(-1)!.end.position
    if (end !== undefined && this.#screen.cursor.row - 1 <= end.row) return
    // The shell still asks: what was shown is the echo of lines typed ahead.
    if (pending.command.isIncomplete) return
    if (this.#correct(pending)) return
    const became = pending.isAwaitingExpansion ? this.#expand(pending) : 'runs'
    if (became === 'not yet printed') return
    const below = wholeLine(this.#screen, (end?.row ?? 0) + 1)
    const isWrong = pending.lines.length === 1 && /^zsh: parse error/.test(below)
    if (became === 'runs not' || isWrong) this.#pending = undefined
    this.flush()
  }

  /** zsh may ask about one word after the other. @returns whether it just did. */
  #correct(pending: Pending): boolean {
    const last = pending.lines.at(-1)!
    const end = last.end.position
    if (last.dialect !== 'zle' || end === undefined) return false
    const text = corrected(last.text, wholeLine(this.#screen, end.row + 1 + pending.corrections))
    if (text === undefined) return false
    pending.corrections++
    if (text === null) this.#pending = undefined
    else pending.lines[pending.lines.length - 1] = { ...last, text }
    return true
  }

  /** Puts in what the shell prints instead of what was typed. @returns what became of the command. */
  #expand(pending: Pending): 'runs' | 'runs not' | 'not yet printed' {
    const [line] = pending.lines
    const end = line?.end.position
    if (line === undefined || end === undefined) return 'runs'
    const start = end.row - pending.height
    if (isToBeVerified(this.#screen, line.text, { tail: line.tail, start, end: end.row })) return 'runs not'
    const shown = commandFrom(this.#screen, end.row + 1)
    if (shown === undefined) return 'not yet printed'
    pending.isAwaitingExpansion = false
    const text = expanded(line.text, shown)
    if (text === undefined) return 'runs not'
    pending.lines[0] = { ...line, text }
    this.#levels.launch = launchOf(text)
    return 'runs'
  }

  /** Nothing more belongs to the command: it is one. */
  flush(): void {
    const pending = this.#pending
    this.#pending = undefined
    if (pending === undefined) return
    const isRun = !pending.isAwaitingExpansion || this.#expand(pending) !== 'runs not'
    for (const command of isRun ? this.#commands(pending) : []) this.#seen(command)
    for (const { end } of pending.lines) end.release()
  }

  /** What would be a command if nothing more came. */
  get undecided(): readonly SeenCommand[] {
    const pending = this.#pending
    if (pending === undefined || pending.command.isIncomplete) return []
    return this.#commands(pending)
  }

  #commands({ lines, dialect, shellDepth, round }: Pending): SeenCommand[] {
    const { seconds, dialect: last } = lines.at(-1)!
    // zsh's second prompts give it away where nothing else does.
    const isReadline = dialect === 'readline' && last !== 'zle'
    const texts = lines.map(({ text }) => text)
    const joined = isReadline
      ? commandsOf(texts.flatMap((text) => text.split('\n'))).map(joinAsHistory)
      : [texts.join('\n')]
    // A remark alone runs nothing.
    const isRun = (text: string) => !isReadline || text.split('\n').some((each) => !/^\s*(#|$)/.test(each))
    return joined.filter(isRun).map((text) => ({ text, seconds, kind: 'shell', shellDepth, round }))
  }
}
