import type { Dialect } from './ended-line.ts'
import type { Launch } from './programs.ts'
import { isAnswered, isPlausible, isQuestion, isReplPrompt, likeness } from './prompts.ts'

/** How a line is edited: by an editor that switches bracketed paste on while it waits, or by anything else. */
export type Editor = 'bracketed' | 'plain'

interface Level {
  readonly kind: 'shell' | 'repl'
  editor: Editor
  /** Of the last line that told. */
  dialect: Dialect | undefined
  /** The last prompts seen, newest last. */
  readonly tails: string[]
}

export interface Verdict {
  readonly kind: 'shell' | 'repl'
  /** Shells inside one another, from 1. */
  readonly depth: number
  /** The shell's line editor, as far as it has ever shown itself. */
  readonly dialect: Dialect | undefined
  readonly isExact: boolean
}

const KEPT_TAILS = 6
const MOST_LEVELS = 50

/** The shells and loops a person is inside of, as their prompts show them. */
export class Levels {
  readonly #stack: Level[] = []
  /** What the last command may have led to, until a prompt shows where we are. */
  launch: Launch
  lastCommand = ''
  isLeaving = false
  /** The shells of a multiplexer are so deep at least: behind one pane that closes is another. */
  floor = 0
  /** The shell will ask for another line of the last command. */
  isUnfinished = false

  get tails(): readonly string[] {
    return this.#stack.flatMap(({ tails }) => tails)
  }

  get top():
    | { readonly kind: 'shell' | 'repl'; readonly editor: Editor; readonly tails: readonly string[] }
    | undefined {
    return this.#stack.at(-1)
  }

  /** Whether a shell or loop one is inside of has asked for a new line by this prompt before. */
  isKnown(tail: string): boolean {
    return likeness(tail, this.tails) === 'exact'
  }

  /**
   * @returns undefined when a line at this prompt is no command: an answer, a password, text for a program.
   */
  judge(tail: string, editor: Editor, dialect: Dialect): Verdict | undefined {
    // Only shells edit lines as zsh and fish do.
    const found = this.#find(tail, editor, dialect === 'zle' || dialect === 'fish')
    if (found === undefined) return undefined
    this.launch = undefined
    this.isLeaving = false
    found.editor = editor
    if (dialect !== 'terminal') found.dialect = dialect
    const isExact = likeness(tail, found.tails) === 'exact'
    if (!isExact) {
      found.tails.push(tail)
      if (found.tails.length > KEPT_TAILS) found.tails.shift()
    }
    const depth = this.#stack.filter(({ kind }) => kind === 'shell').length
    return { kind: found.kind, depth: Math.max(depth, 1), dialect: found.dialect, isExact }
  }

  #find(tail: string, editor: Editor, isShells: boolean): Level | undefined {
    const top = this.#stack.at(-1)
    if (top === undefined) {
      if (editor === 'plain' && isAnswered(tail)) return undefined
      return this.#push(isReplPrompt(tail) && /^(>>>|sqlite|In )/.test(tail) ? 'repl' : 'shell', tail, editor)
    }
    if (this.launch !== undefined) {
      const decided = this.#afterLaunch(this.launch, tail, editor, isShells)
      if (decided !== 'as before') return decided
    }
    if (this.isLeaving && this.#stack.length > Math.max(this.floor, 1)) {
      const below = this.#stack.at(-2)!
      if (below.editor === editor && likeness(tail, below.tails) !== undefined) {
        this.#stack.pop()
        return below
      }
    }
    return top.kind === 'repl' ? this.#inLoop(top, tail, editor) : this.#inShell(top, tail, editor, isShells)
  }

  #afterLaunch(
    launch: Launch,
    tail: string,
    editor: Editor,
    isShells: boolean,
  ): Level | undefined | 'as before' {
    const isBack = this.#stack.some(
      (level) =>
        level.editor === editor &&
        likeness(tail, level.tails) === 'exact' &&
        // Programs that ask nothing have no editor that switches bracketed paste.
        (tail.trim() !== '' || editor === 'bracketed'),
    )
    // A time or a number in it may have gone on.
    const isLikeTop =
      isBack ||
      this.#stack.some((level) => level.editor === editor && likeness(tail, level.tails) === 'same shape')
    switch (launch) {
      case 'shell':
        return isQuestion(tail) && !isPlausible(tail) && !isLikeTop
          ? undefined
          : this.#push('shell', tail, editor)
      case 'multiplexer':
        return isPlausible(tail) || isBack ? this.#push('shell', tail, editor) : undefined
      case 'perhaps-shell':
        if (isBack || (isLikeTop && !isPlausible(tail))) return 'as before'
        if (editor === 'bracketed' ? isQuestion(tail) && !isPlausible(tail) : !isPlausible(tail))
          return undefined
        return this.#push('shell', tail, editor)
      case 'repl':
        if (isLikeTop && !isReplPrompt(tail)) return 'as before'
        if (isBack && this.#stack.at(-1)?.editor === editor && !/^(>>>|sqlite|In )/.test(tail))
          return 'as before'
        if (!isReplPrompt(tail) && !isPlausible(tail)) return undefined
        return this.#push('repl', tail, editor)
      case 'silent repl':
        if (isLikeTop && tail !== '') return 'as before'
        return tail === '' ? this.#push('repl', tail, editor) : undefined
      case 'reads':
        return isLikeTop || (isShells && !/\bvared\b/.test(this.lastCommand)) ? 'as before' : undefined
      case undefined:
        return 'as before'
    }
  }

  #inLoop(top: Level, tail: string, editor: Editor): Level | undefined {
    const isLoops = isReplPrompt(tail) || likeness(tail, top.tails) !== undefined
    for (let at = this.#stack.length - 2; at >= Math.max(this.floor - 1, 0); at--) {
      const level = this.#stack[at]!
      const like = level.editor === editor ? likeness(tail, level.tails) : undefined
      const isReturn =
        like === 'exact' ? likeness(tail, top.tails) !== 'exact' : like !== undefined && !isLoops
      if (level.kind === 'shell' && isReturn) {
        this.#stack.length = at + 1
        return level
      }
    }
    return isLoops ? top : undefined
  }

  #inShell(top: Level, tail: string, editor: Editor, isShells: boolean): Level | undefined {
    const isSame = top.editor === editor
    const like = likeness(tail, top.tails)
    if (isSame && (like === 'exact' || like === 'same shape')) return top
    for (let at = this.#stack.length - 2; at >= Math.max(this.floor - 1, 0); at--) {
      const level = this.#stack[at]!
      if (level.editor === editor && likeness(tail, level.tails) === 'exact') {
        this.#stack.length = at + 1
        return level
      }
    }
    if (isSame && like === 'same sigil') return top
    if (editor === 'bracketed') {
      if (isSame && (isShells || likeness(tail, top.tails, true) !== undefined)) return top
      if (isSame && /\b(PS1|PROMPT)=/.test(this.lastCommand)) return top
      if (isSame) return isQuestion(tail) && !isPlausible(tail) ? undefined : top
      return isPlausible(tail) ? this.#push('shell', tail, editor) : undefined
    }
    // A program that reads a line by itself can print any prompt it likes; the shell's own editor it does not have.
    if (!isSame) return like === 'exact' && /bracketed.?paste|TERM=/.test(this.lastCommand) ? top : undefined
    return isPlausible(tail) && /\bPS1=/.test(this.lastCommand) ? top : undefined
  }

  /** How many levels there are now. */
  get height(): number {
    return this.#stack.length
  }

  /** Back to so many: what was inside has gone. */
  cutTo(height: number): void {
    this.#stack.length = Math.min(this.#stack.length, height)
    this.launch = undefined
    this.isLeaving = false
    this.floor = 0
  }

  #push(kind: Level['kind'], tail: string, editor: Editor): Level {
    if (this.#stack.length >= MOST_LEVELS) this.#stack.splice(1, 1)
    const level: Level = { kind, editor, dialect: undefined, tails: [tail] }
    this.#stack.push(level)
    return level
  }
}
