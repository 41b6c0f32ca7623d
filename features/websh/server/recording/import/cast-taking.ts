import {
  encodePiece,
  maskedContent,
  PIECE_CONTENT_BYTES_MAX,
  PieceTrack,
  resizeContent,
} from '../../../common/piece.ts'
import { CommandReader, type RunCommand } from '../../command-record/index.ts'
import { type CastEvent, type CastHeader, CastReader, NotACast } from './cast-reader.ts'
import { InputMask, type MaskedEvent } from './input-mask.ts'

/** What became of some bytes of a cast. */
export interface Taken {
  /** Missing until its line was read. */
  readonly header: CastHeader | undefined
  /** Encoded pieces that follow the ones before. */
  readonly stream: Uint8Array
  /** Milliseconds of the last of them. */
  readonly at: number
  readonly commands: readonly RunCommand[]
  /** Of the end: the last line was cut. */
  readonly isCut: boolean
}

/** They wait in memory until the recording is whole: nobody sees those of a cast that turns out to be none. */
const COMMANDS_MAX = 100_000

/** One cast on its way into a recording: read, masked, encoded, and read for what was run, in one pass. */
export class CastTaking {
  readonly #cast = new CastReader()
  #mask: InputMask | undefined
  #commands: CommandReader | undefined
  #commandCount = 0
  #lines = 0
  #pieces: Uint8Array[] = []
  #at = 0

  /** @throws NotACast */
  take(bytes: Uint8Array): Taken {
    for (const event of this.#cast.read(bytes)) this.#take(event)
    return this.#taken()
  }

  /** @throws NotACast */
  end(): Taken {
    for (const event of this.#cast.end()) this.#take(event)
    this.#begin()
    this.#write(this.#mask!.end())
    return this.#taken(this.#commands!.finish())
  }

  /** It is not wanted any more. */
  drop(): void {
    this.#mask?.end()
    this.#commands?.finish()
  }

  #begin(): void {
    const header = this.#cast.header
    if (this.#mask !== undefined || header === undefined) return
    // One screen for both: drawing takes longer than all else.
    const { columns, rows } = header
    this.#commands = new CommandReader({ cols: columns, rows, lineFed: () => this.#mask?.fed() })
    this.#mask = new InputMask(this.#commands.screen)
  }

  #taken(rest: readonly RunCommand[] = []): Taken {
    const commands = [...(this.#commands?.take() ?? []), ...rest]
    this.#commandCount += commands.length
    if (this.#commandCount > COMMANDS_MAX)
      throw new NotACast(
        this.#lines + 1,
        `there are more than ${COMMANDS_MAX} commands up to here: divide it into several casts`,
      )
    const stream = Buffer.concat(this.#pieces)
    this.#pieces = []
    return { header: this.#cast.header, stream, at: this.#at, commands, isCut: this.#cast.isCut }
  }

  #take(event: CastEvent): void {
    this.#begin()
    this.#lines++
    const seconds = event.milliseconds / 1000
    const { milliseconds } = event
    if (event.type === 'note') {
      const content = Buffer.from(JSON.stringify({ note: 'cast', code: event.code, text: event.text }))
      this.#write(this.#mask!.take({ track: PieceTrack.note, milliseconds, content }))
      return
    }
    if (event.type === 'resize') {
      const { columns, rows } = event
      this.#commands!.feed({ type: 'resize', seconds, cols: columns, rows })
      const content = resizeContent(columns, rows)
      this.#write(this.#mask!.take({ track: PieceTrack.resize, milliseconds, content }))
      return
    }
    const bytes = Buffer.from(event.text)
    const track = PieceTrack[event.type]
    for (let from = 0; from < bytes.length; from += PIECE_CONTENT_BYTES_MAX) {
      const content = bytes.subarray(from, from + PIECE_CONTENT_BYTES_MAX)
      // What was typed is read here, before it is masked: which line was run shows in the keys, and only there. This draws, too.
      this.#commands!.feed({ type: event.type, seconds, bytes: content })
      this.#write(this.#mask!.take({ track, milliseconds, content }))
    }
  }

  #write(events: readonly MaskedEvent[]): void {
    for (const event of events) {
      const content = 'keys' in event ? maskedContent(event.keys) : event.content
      const at = Math.max(this.#at, Math.round(event.milliseconds))
      this.#pieces.push(encodePiece({ track: event.track, at, content }, this.#at))
      this.#at = at
    }
  }
}
