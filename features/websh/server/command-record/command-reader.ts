import { createHash } from 'node:crypto'
import type { RecordedEvent } from '../../common/recorded-event.ts'
import { Assembler } from './assembler.ts'
import { BracketedEditor } from './bracketed-editor.ts'
import type { EndedLine } from './ended-line.ts'
import { KeyReader } from './keys.ts'
import { Levels } from './levels.ts'
import { readMark } from './marks.ts'
import { MultiplexedEditor } from './multiplexed-editor.ts'
import { PlainEditor } from './plain-editor.ts'
import { fillsScreen } from './programs.ts'
import { isPromptOf, likeness } from './prompts.ts'
import { Reconciler } from './reconciler.ts'
import type { RunCommand } from './run-command.ts'
import { Screen, type View } from './screen.ts'
import { tailBefore } from './screen-line.ts'

export interface CommandReaderOptions {
  readonly cols: number
  readonly rows: number
  /** What the marks of the shell integration carry. Without it marks are believed only about lines somebody typed. */
  readonly nonce?: string | undefined
  /** Or its SHA-256, hexadecimal, where only that was kept. */
  readonly nonceHash?: string | undefined
  /** Called each time the cursor has gone down a row, after the reader has looked. */
  readonly lineFed?: (() => void) | undefined
}

/** Output that comes closer together is one drawing. */
const DRAWING_SECONDS = 0.003
/** After a prompt nothing comes for so long but what is typed. */
const TYPING_SECONDS = 0.03
/** Characters of a prompt that are compared with what was typed. */
const MOST_PROMPT = 200
/** A key nobody recorded. */
const UNSEEN = { type: 'other', sequence: '' } as const

/**
 * Finds what a person ran in a recorded terminal, from the recording alone. Feed it the events in order; it is synchronous
 * and holds a bounded amount whatever they are.
 */
export class CommandReader {
  readonly #keys = new KeyReader()
  readonly #levels = new Levels()
  readonly #screen: Screen
  readonly #bracketed: BracketedEditor
  readonly #plain: PlainEditor
  readonly #assembler: Assembler
  readonly #reconciler: Reconciler
  readonly #decided: RunCommand[] = []
  readonly #isNonce: ((text: string) => boolean) | undefined
  #seconds = 0
  #multiplexed: MultiplexedEditor | undefined
  #heightOutside = 0
  /** Letters typed one after the other into what fills the screen. */
  #typedIntoScreen = ''
  #isBracketed = false
  /** A recording without a key: what was typed shows in what was written after a pause. */
  #isWithoutKeys = true

  constructor({ cols, rows, nonce, nonceHash, lineFed }: CommandReaderOptions) {
    this.#isNonce = nonceTest(nonce, nonceHash)
    this.#screen = new Screen(cols, rows, {
      lineFed: () => {
        this.#lineFed()
        lineFed?.()
      },
      bracketed: (isOn) => this.#switched(isOn),
      marked: (code, data) => this.#marked(code, data),
      styled: () => this.#bracketed.styled(),
      erased: () => this.#bracketed.erased(),
      // A multiplexer may draw a line and, its pane gone, clear it at once.
      sentHome: () => {
        const isThere = this.#screen.cursor.row === this.#screen.top
        if (this.#screen.isAlternate && !isThere && this.#multiplexed?.isWaiting) this.#drawn()
      },
    })
    this.#bracketed = new BracketedEditor(this.#screen, this.#levels)
    this.#plain = new PlainEditor(this.#screen, this.#levels)
    this.#reconciler = new Reconciler(this.#isNonce !== undefined, (command) => this.#decided.push(command))
    this.#assembler = new Assembler(
      this.#screen,
      this.#levels,
      () => this.#reconciler.round,
      (command) => {
        this.#bracketed.ran(command.text)
        this.#reconciler.saw(command)
      },
    )
  }

  /** What the recording shows after what was fed, for whoever looks as well. */
  get screen(): View {
    return this.#screen
  }

  feed(event: RecordedEvent): void {
    // What a multiplexer draws is looked at when it has drawn all of it.
    if (event.type !== 'output' || event.seconds - this.#seconds > DRAWING_SECONDS) this.#drawn()
    const pause = event.seconds - this.#seconds
    this.#seconds = event.seconds
    if (this.#isWithoutKeys && (event.type === 'input' || event.type === 'masked')) this.#firstKey()
    if (event.type === 'output') {
      if (this.#isWithoutKeys && pause > TYPING_SECONDS) this.#typedUnseen()
      this.#bracketed.output(event.seconds)
      this.#plain.output(event.seconds)
      this.#screen.write(event.bytes)
    } else if (event.type === 'resize') this.#screen.resize(event.cols, event.rows)
    else {
      const keys = event.type === 'masked' ? this.#keys.masked(event.keys) : this.#keys.read(event.bytes)
      for (const key of keys) this.#pressed(key, event.seconds)
    }
  }

  /** There are keys after all: what was taken for typing was not. */
  #firstKey(): void {
    this.#isWithoutKeys = false
    this.#bracketed.forgetKeys()
    this.#plain.suspend()
  }

  #typedUnseen(): void {
    const tail = tailBefore(this.#screen, this.#screen.cursor)
    if (this.#screen.isAlternate || tail.trim() === '') return
    if (this.#bracketed.isOpen && !this.#bracketed.isWaiting) this.#bracketed.press(UNSEEN, this.#seconds)
    if (!this.#bracketed.isOpen && isPromptOf(this.#levels.tails)(tail)) this.#pressed(UNSEEN, this.#seconds)
  }

  #pressed(key: ReturnType<KeyReader['read']>[number], seconds: number): void {
    if (this.#screen.isAlternate) {
      this.#bracketed.drop()
      this.#plain.drop()
      this.#multiplexed ??= this.#multiplexer()
      const text = key.type === 'text' ? this.#typedIntoScreen + key.text : ''
      this.#typedIntoScreen = text.slice(-MOST_PROMPT)
      if (key.type === 'control' && key.letter === 'D') this.#levels.isLeaving = true
      for (const line of this.#multiplexed?.press(key, seconds) ?? []) this.#assembler.ended(line)
      return
    }
    const wasOpen = this.#bracketed.isOpen
    this.#bracketed.press(key, seconds)
    if (wasOpen) {
      // Whatever the shell has not read when it waits, a program has.
      if (this.#bracketed.isWaiting) this.#plain.drop()
      return
    }
    if (key.type === 'control' && key.letter === 'C') this.#assembler.interrupted()
    if (key.type === 'control' && key.letter === 'D') this.#levels.isLeaving = true
    for (const line of this.#plain.press(key, seconds)) this.#endedPlain(line)
  }

  /** Whether what fills the screen has shells in it. */
  #multiplexer(): MultiplexedEditor | undefined {
    const { launch, lastCommand, top, tails } = this.#levels
    const mayBe = top === undefined || launch === 'multiplexer' || launch === 'perhaps-shell'
    if (!mayBe && (fillsScreen(lastCommand) || !this.#isUntypedPrompt(tails))) return undefined
    const named = /\bscreen\b/.test(lastCommand) && !/\btmux\b/.test(lastCommand) ? 'screen' : 'tmux'
    const program = mayBe ? named : 'none'
    this.#heightOutside = this.#levels.height
    if (program !== 'none') this.#levels.floor = this.#heightOutside + 1
    const multiplexed = new MultiplexedEditor(this.#screen, this.#levels, program)
    multiplexed.isBracketed = this.#isBracketed
    return multiplexed
  }

  /** Whether the cursor stands behind a known prompt that nobody typed there, as one does into a text. */
  #isUntypedPrompt(tails: readonly string[]): boolean {
    const tail = tailBefore(this.#screen, this.#screen.cursor)
    const typed = this.#typedIntoScreen
    return likeness(tail, tails) === 'exact' && !tails.some((known) => known !== '' && typed.endsWith(known))
  }

  #drawn(): void {
    const multiplexed = this.#multiplexed
    if (multiplexed === undefined) return
    if (this.#screen.isAlternate) {
      for (const line of multiplexed.drawn(this.#seconds)) this.#assembler.ended(line)
      return
    }
    for (const line of multiplexed.finish()) this.#assembler.ended(line)
    this.#assembler.flush()
    this.#multiplexed = undefined
    this.#levels.cutTo(this.#heightOutside)
  }

  #lineFed(): void {
    if (this.#screen.isAlternate) return
    if (this.#bracketed.isOpen) {
      this.#bracketed.lineFed()
      return
    }
    if (this.#isWithoutKeys && this.#plain.isWaiting) this.#plain.press({ type: 'enter' }, this.#seconds)
    const lines = this.#plain.lineFed()
    for (const line of lines) this.#endedPlain(line)
    if (lines.length === 0) this.#assembler.outputFed()
  }

  #endedPlain(line: EndedLine): void {
    // Without keys all there is of Ctrl-C is what the terminal shows for it.
    const isInterrupted = line.isInterrupted || (this.#isWithoutKeys && line.text.endsWith('^C'))
    // What a shell without such an editor has read, no editor will.
    if (this.#assembler.ended({ ...line, isInterrupted })) this.#bracketed.forgetUntil(line.seconds)
  }

  #switched(isOn: boolean): void {
    if (this.#screen.isAlternate) {
      if (!isOn) this.#drawn()
      if (this.#multiplexed !== undefined) this.#multiplexed.isBracketed = isOn
      else this.#isBracketed = isOn
      return
    }
    const isUnseen = this.#isWithoutKeys && !isOn && this.#bracketed.isOpen
    if (isUnseen) this.#bracketed.endsUnseen(this.#seconds)
    const ended = this.#bracketed.switched(isOn)
    const line = isUnseen && ended?.text.endsWith('^C') ? { ...ended, isInterrupted: true } : ended
    if (isOn) this.#plain.suspend()
    if (line !== undefined) {
      this.#plain.read(line.text)
      this.#assembler.ended(line)
    }
    if (!isOn) this.#reconciler.lineEnded()
  }

  #marked(code: 133 | 633, data: string): void {
    const mark = readMark(code, data, this.#isNonce)
    if (mark === undefined) return
    if (mark.type === 'prompt') this.#assembler.flush()
    if (mark.type === 'prompt end') this.#bracketed.promptEnds()
    this.#reconciler.marked(mark, this.#seconds, this.#bracketed.isOpen)
  }

  /** What was decided since this was last asked. */
  take(): RunCommand[] {
    return this.#decided.splice(0)
  }

  /** What would be decided if the recording ended here. */
  get undecided(): RunCommand[] {
    return this.#reconciler.pending(this.#assembler.undecided)
  }

  /** The recording has ended. @returns what was not taken yet. */
  finish(): RunCommand[] {
    this.#drawn()
    for (const line of this.#plain.finish()) this.#assembler.ended(line)
    this.#assembler.flush()
    this.#reconciler.close()
    const rest = this.take()
    this.#screen.dispose()
    return rest
  }
}

function nonceTest(nonce: string | undefined, nonceHash: string | undefined) {
  if (nonce !== undefined) return (text: string) => text === nonce
  if (nonceHash === undefined) return undefined
  // The first one that fits is the one: hashing each mark of a hostile output would cost.
  let known: string | undefined
  return (text: string) => {
    if (known !== undefined || text.length > 100) return text === known
    if (createHash('sha256').update(text).digest('hex') !== nonceHash) return false
    known = text
    return true
  }
}
