import type { SeenCommand } from './assembler.ts'
import { isSameText } from './keyed-text.ts'
import type { Mark } from './marks.ts'
import { HIDDEN_TEXT, type RunCommand } from './run-command.ts'

/** What both sources say between one prompt of an integrated shell and its next. */
interface Round {
  readonly number: number
  readonly seen: SeenCommand[]
  readonly told: { readonly text: string; readonly seconds: number }[]
  hasRun: boolean
  exitCode: number | undefined
}

/** More in one round than any prompt takes is cut: the marks are then not a shell's. */
const MOST_IN_ROUND = 2000

/**
 * Puts together what the shell's marks say and what the screen showed. A shell with marks has the last word on its own
 * prompts; what is typed while its command runs (in another shell, in a loop) the screen alone knows.
 */
export class Reconciler {
  readonly #isTrusted: boolean
  readonly #decide: (command: RunCommand) => void
  #round: Round | undefined
  #rounds = 0
  #isAtPrompt = false

  /** @param isTrusted whether the marks carry a nonce; otherwise they only say more about lines that were typed. */
  constructor(isTrusted: boolean, decide: (command: RunCommand) => void) {
    this.#isTrusted = isTrusted
    this.#decide = decide
  }

  /** The prompt a line ended now belongs to, if it is one of an integrated shell. */
  get round(): number | undefined {
    return this.#isAtPrompt ? this.#round?.number : undefined
  }

  /** The shell is done with a line; fish tells that it runs before its editor lets go of it. */
  lineEnded(): void {
    if (this.#round?.hasRun) this.#isAtPrompt = false
  }

  /** @param isEditing whether the shell's line editor still holds the line. */
  marked(mark: Mark, seconds: number, isEditing: boolean): void {
    if (mark.type === 'prompt') {
      this.close()
      this.#round = { number: ++this.#rounds, seen: [], told: [], hasRun: false, exitCode: undefined }
      this.#isAtPrompt = true
    } else if (this.#round === undefined) return
    else if (mark.type === 'command') {
      if (this.#round.told.length < MOST_IN_ROUND) this.#round.told.push({ text: mark.text, seconds })
      this.#round.hasRun = true
    } else if (mark.type === 'output') {
      this.#isAtPrompt &&= isEditing
      this.#round.hasRun = true
    } else if (mark.type === 'done') this.#round.exitCode = mark.exitCode
  }

  saw(command: SeenCommand): void {
    const round = this.#round
    if (round === undefined || command.round !== round.number || round.seen.length >= MOST_IN_ROUND) {
      this.#decide(asSeen(command, undefined))
    } else round.seen.push(command)
  }

  /** Nothing more will be said about this prompt. */
  close(): void {
    for (const command of this.pending()) this.#decide(command)
    this.#round = undefined
    this.#isAtPrompt = false
  }

  /** What would be decided now. @param more seen under this prompt and not handed over yet. */
  pending(more: readonly SeenCommand[] = []): RunCommand[] {
    const round = this.#round
    if (round === undefined) return more.map((command) => asSeen(command, undefined))
    const mine = [...round.seen, ...more.filter((command) => command.round === round.number)]
    const others = more.filter((command) => command.round !== round.number)
    return [...this.#reconcile(round, mine), ...others.map((command) => asSeen(command, undefined))]
  }

  #reconcile({ told, hasRun, exitCode }: Round, seen: readonly SeenCommand[]): RunCommand[] {
    // The shell read the line and ran nothing: it was wrong, or a comment.
    if (this.#isTrusted && !hasRun) return []
    const left = [...seen]
    const agreed = told.map(({ text }) => {
      const at = left.findIndex((command) => isSameText(command.text, text))
      return at < 0 ? undefined : left.splice(at, 1)[0]
    })
    const commands: RunCommand[] = []
    for (const [index, { text, seconds }] of told.entries()) {
      const isLast = index === told.length - 1
      const code = isLast && exitCode !== undefined ? { exitCode } : {}
      const match = agreed[index] ?? (left.length > 0 ? left.shift() : undefined)
      if (match === undefined) {
        if (this.#isTrusted) commands.push({ text, seconds, kind: 'shell', ...code, source: 'integration' })
        continue
      }
      const { seconds: at, shellDepth } = match
      const row = { text, seconds: at, kind: 'shell' as const, shellDepth, ...code }
      // What was typed without being shown does not contradict what the shell says.
      const disagreement = match.text === HIDDEN_TEXT ? {} : { disagreement: match.text }
      commands.push(
        agreed[index] === undefined
          ? { ...row, source: 'integration', ...disagreement }
          : { ...row, source: 'both' },
      )
    }
    // The shell ran something it did not name: kept out of its history, or too long to tell.
    const isNamed = told.length > 0
    if (!isNamed || !this.#isTrusted) {
      for (const [index, command] of left.entries()) {
        const isLast = index === left.length - 1 && !isNamed
        commands.push(asSeen(command, isLast && hasRun ? exitCode : undefined))
      }
    }
    return commands
  }
}

const asSeen = (
  { text, seconds, kind, shellDepth }: SeenCommand,
  exitCode: number | undefined,
): RunCommand => ({
  text,
  seconds,
  kind,
  shellDepth,
  ...(exitCode === undefined ? {} : { exitCode }),
  source: 'screen',
})
