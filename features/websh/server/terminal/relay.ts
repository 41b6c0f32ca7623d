import type { Logger } from 'pino'
import type { AttachTell } from '../../common/attach.ts'
import { PieceReader, PieceTrack, type ReadPiece } from '../../common/piece.ts'
import { TerminalNote } from '../../common/wire.ts'
import { readSize, type Screen } from './screen.ts'
import type { Viewer } from './viewer.ts'

/** No warning comes earlier, whatever an agent says. */
const WARNING_SECONDS_MAX = 24 * 3600

/** While a viewer's screen is being made, so much that comes meanwhile is kept for them. */
const KEPT_BYTES_MAX = 1024 * 1024

interface RelayOptions {
  readonly log: Logger
  /** The screen after the first `end` bytes of the stream; waits until they are on disk. */
  readonly screen: (end: number) => Promise<Screen>
  readonly resized: (cols: number, rows: number) => void
  readonly now: () => Date
}

/** What is kept for a viewer whose screen is being made. */
interface Catching {
  steps: (Uint8Array | AttachTell)[]
  bytes: number
}

/** Hands what a terminal prints to everybody who looks, as it comes, and to each a whole screen first. */
export class Relay {
  readonly viewers = new Set<Viewer>()
  readonly #options: RelayOptions
  readonly #catching = new Map<Viewer, Catching>()
  #reader: PieceReader
  /** Output that was read and goes to those who look in a moment. */
  #printed: Uint8Array[] = []
  /** When it is closed unless somebody types; milliseconds since 1970. */
  #closesAt: number | null = null

  constructor(from: { at: number; offset: number }, options: RelayOptions) {
    this.#reader = new PieceReader(from)
    this.#options = options
  }

  /** Offset behind the last whole piece that was shown. */
  get end(): number {
    return this.#reader.end
  }

  /** @throws RangeError when these are not pieces */
  take(bytes: Uint8Array): void {
    for (const piece of this.#reader.read(bytes)) {
      if (piece.track === PieceTrack.output) this.#printed.push(piece.content)
      else if (piece.track !== PieceTrack.input && piece.track !== PieceTrack.masked) {
        this.#print()
        this.#show(piece)
      }
    }
    this.#print()
  }

  /** Brings a viewer to the present, and on from there. */
  async bringUp(viewer: Viewer): Promise<void> {
    if (this.#catching.has(viewer)) return
    const catching: Catching = { steps: [], bytes: 0 }
    this.#catching.set(viewer, catching)
    try {
      const { cols, rows, steps } = await this.#options.screen(this.end)
      if (!viewer.isOpen) return
      const bytes = steps.reduce((sum, step) => sum + ('bytes' in step ? step.bytes.length : 0), 0)
      this.#warn(viewer)
      viewer.tell({ type: 'screen', cols, rows, bytes })
      for (const step of joined(steps)) {
        if ('bytes' in step) viewer.sendBytes(step.bytes)
        else viewer.tell({ type: 'resize', ...step })
      }
      viewer.isBehind = catching.bytes > KEPT_BYTES_MAX
      if (viewer.isBehind) return
      for (const step of catching.steps) {
        if (step instanceof Uint8Array) viewer.sendBytes(step)
        else viewer.tell(step)
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'the screen of a terminal could not be made')
      viewer.leave(1011, { code: 'server.bug', message: 'The screen could not be made. Attach again.' })
    } finally {
      this.#catching.delete(viewer)
    }
  }

  /** Those who fell behind and have drawn what they had get a new screen. */
  attend(): void {
    for (const viewer of this.viewers)
      if (viewer.isBehind && viewer.hasRoom && viewer.isOpen && !this.#catching.has(viewer))
        void this.bringUp(viewer)
  }

  tell(message: AttachTell): void {
    for (const viewer of this.viewers) viewer.tell(message)
  }

  /** Whether more output may come: nobody sets the pace, or one of those who do has room. */
  get hasRoom(): boolean {
    let isPaced = false
    for (const viewer of this.viewers) {
      if (viewer.sets !== 'pace') continue
      if (viewer.hasRoom) return true
      isPaced = true
    }
    return !isPaced
  }

  /** What was printed in a row goes in one frame. */
  #print(): void {
    if (this.#printed.length === 0) return
    const bytes = this.#printed.length === 1 ? this.#printed[0]! : Buffer.concat(this.#printed)
    this.#printed = []
    for (const viewer of this.viewers) {
      const catching = this.#catching.get(viewer)
      if (catching) keep(catching, bytes)
      else viewer.show(bytes)
    }
  }

  #show(piece: ReadPiece): void {
    if (piece.track === PieceTrack.resize) {
      const size = readSize(piece.content)
      this.#tellInOrder({ type: 'resize', ...size })
      this.#options.resized(size.cols, size.rows)
    } else if (piece.track === PieceTrack.note) this.#note(piece)
  }

  #note(piece: ReadPiece): void {
    const note = TerminalNote.safeParse(parsed(piece.content)).data
    if (note?.note !== 'idle') return
    const seconds = Math.min(Math.round(note.seconds), WARNING_SECONDS_MAX)
    this.#closesAt = seconds === 0 ? null : this.#options.now().getTime() + seconds * 1000
    this.#tellInOrder({ type: 'idle', seconds })
  }

  /** Who comes, or was behind, when everybody else has been warned. */
  #warn(viewer: Viewer): void {
    if (this.#closesAt === null && !viewer.isBehind) return
    const left = this.#closesAt === null ? 0 : this.#closesAt - this.#options.now().getTime()
    viewer.tell({ type: 'idle', seconds: this.#closesAt === null ? 0 : Math.max(1, Math.round(left / 1000)) })
  }

  #tellInOrder(message: AttachTell): void {
    for (const viewer of this.viewers) {
      const catching = this.#catching.get(viewer)
      if (catching) catching.steps.push(message)
      else if (!viewer.isBehind) viewer.tell(message)
    }
  }
}

function keep(catching: Catching, bytes: Uint8Array): void {
  catching.bytes += bytes.length
  if (catching.bytes > KEPT_BYTES_MAX) catching.steps = []
  else catching.steps.push(bytes)
}

/** Many small stretches of output as few frames. */
function joined(steps: Screen['steps']): Screen['steps'] {
  const result: Screen['steps'][number][] = []
  let run: Uint8Array[] = []
  const flush = () => {
    if (run.length > 0) result.push({ bytes: run.length === 1 ? run[0]! : Buffer.concat(run) })
    run = []
  }
  for (const step of steps) {
    if ('bytes' in step) {
      run.push(step.bytes)
      continue
    }
    flush()
    result.push(step)
  }
  flush()
  return result
}

function parsed(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'))
  } catch {
    return undefined
  }
}
