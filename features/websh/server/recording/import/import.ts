import { newId } from '../../../../../base/common/id.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../../base/server/endpoint.ts'
import {
  encodePiece,
  maskedContent,
  PIECE_CONTENT_BYTES_MAX,
  PieceTrack,
  resizeContent,
} from '../../../common/piece.ts'
import type { recordingEvents } from '../../../common/recording-events.ts'
import { CommandReader, type RunCommand } from '../../command-record/index.ts'
import { storeCommands } from '../commands/command-follower.ts'
import type { Recorder } from '../recorder.ts'
import type { NewRecording } from '../recordings.ts'
import { removeRecording } from '../remove.ts'
import type { RecordingParts } from '../routes.ts'
import { type CastEvent, CastReader } from './cast-reader.ts'
import { InputMask, type MaskedEvent } from './input-mask.ts'

interface Input {
  readonly title?: string | undefined
  readonly account?: string | undefined
}

interface Imported {
  readonly id: string
  readonly version: 2 | 3
  readonly title: string
  readonly startedAt: Date
  readonly durationMilliseconds: number
  readonly bytes: number
  readonly columns: number
  readonly rows: number
  readonly isCut: boolean
  readonly commands: readonly RunCommand[]
}

/** Pieces are written together until there are so many bytes. */
const WRITE_BYTES = 64 * 1024

/**
 * Reads the cast as it comes, masks what was typed without echo, and records it like a terminal here; a cast with an error in it
 * leaves nothing. Then its row and what was run in it appear, in one transaction.
 */
export const importRecording = (parts: RecordingParts) =>
  inTwoSteps(
    (ask: BeforeAct<Input>) => take(parts, ask),
    async (act: Act<Input, typeof recordingEvents>, imported: Imported) => {
      const { tx, actor, input, now, record, request, announce } = act
      await tx
        .insertInto('terminal')
        .values({
          id: imported.id,
          server_id: null,
          server_name: imported.title,
          operator_id: actor.id,
          operator_name: actor.name,
          operator_kind: actor.kind === 'token' ? 'token' : 'person',
          via_id: actor.via?.id ?? null,
          via_name: actor.via?.name ?? null,
          account: input.account ?? null,
          client_type: 'import',
          address: request.address,
          client: request.client,
          cols: imported.columns,
          rows: imported.rows,
          status: 'imported',
          opened_at: now,
          started_at: imported.startedAt,
          ended_at: new Date(imported.startedAt.getTime() + imported.durationMilliseconds),
          strict: false,
        })
        .execute()
      await storeCommands(
        tx,
        {
          terminal_id: imported.id,
          operator_id: actor.id,
          server_id: null,
          started_at: imported.startedAt,
        },
        imported.commands,
        0,
      )
      await tx
        .updateTable('recording')
        .set({
          commands_length: imported.bytes,
          command_count: imported.commands.length,
          are_commands_whole: true,
        })
        .where('terminal_id', '=', imported.id)
        .execute()
      await record('recording.imported', {
        subject: { kind: 'terminal', id: imported.id },
        data: {
          format: imported.version === 2 ? 'asciicast-v2' : 'asciicast-v3',
          title: imported.title,
          startedAt: imported.startedAt.toISOString(),
          durationMilliseconds: imported.durationMilliseconds,
          bytes: imported.bytes,
          commands: imported.commands.length,
          isCut: imported.isCut,
        },
      })
      announce('terminal', imported.id)
      return { id: imported.id }
    },
  )

async function take(
  parts: RecordingParts,
  { actor, input, now, upload }: BeforeAct<Input>,
): Promise<Imported> {
  const id = newId(now.getTime())
  const reader = new CastReader()
  let taking: Taking | undefined
  const feed = async (events: readonly CastEvent[]) => {
    const { header } = reader
    if (header === undefined) return
    taking ??= await Taking.begin(parts, {
      id,
      actor: { id: actor.id, name: actor.name, kind: actor.kind, ...(actor.via && { via: actor.via }) },
      server: undefined,
      startedAt: header.startedAt ?? now,
      columns: header.columns,
      rows: header.rows,
    })
    for (const event of events) await taking.take(event)
  }
  try {
    for await (const bytes of upload!) await feed(reader.read(bytes))
    await feed(reader.end())
    const { version, title, startedAt, columns, rows } = reader.header!
    const taken = await taking!.end()
    return {
      id,
      version,
      title: input.title ?? title?.slice(0, 120) ?? 'Imported recording',
      startedAt: startedAt ?? now,
      columns,
      rows,
      isCut: reader.isCut,
      ...taken,
    }
  } catch (error) {
    await taking?.giveUp()
    throw error
  }
}

/** One cast on its way into a recording. */
class Taking {
  readonly #parts: RecordingParts
  readonly #recorder: Recorder
  readonly #mask: InputMask
  readonly #reader: CommandReader
  readonly #commands: RunCommand[] = []
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #offset = 0
  #at = 0

  private constructor(parts: RecordingParts, recorder: Recorder, size: { columns: number; rows: number }) {
    this.#parts = parts
    this.#recorder = recorder
    this.#mask = new InputMask(size)
    this.#reader = new CommandReader({ cols: size.columns, rows: size.rows })
  }

  static async begin(parts: RecordingParts, recording: NewRecording): Promise<Taking> {
    return new Taking(parts, await parts.recordings.open(recording), recording)
  }

  async take(event: CastEvent): Promise<void> {
    const seconds = event.milliseconds / 1000
    const { milliseconds } = event
    if (event.type === 'note') {
      const content = Buffer.from(JSON.stringify({ note: 'cast', code: event.code, text: event.text }))
      return this.#write(this.#mask.take({ track: PieceTrack.note, milliseconds, content }))
    }
    if (event.type === 'resize') {
      const { columns, rows } = event
      this.#reader.feed({ type: 'resize', seconds, cols: columns, rows })
      const content = resizeContent(columns, rows)
      return this.#write(
        this.#mask.take({ track: PieceTrack.resize, milliseconds, content, size: { columns, rows } }),
      )
    }
    const bytes = Buffer.from(event.text)
    const track = PieceTrack[event.type]
    for (let from = 0; from < bytes.length; from += PIECE_CONTENT_BYTES_MAX) {
      const content = bytes.subarray(from, from + PIECE_CONTENT_BYTES_MAX)
      // What was typed is read here, before it is masked: which line was run shows in the keys, and only there.
      this.#reader.feed({ type: event.type, seconds, bytes: content })
      await this.#write(this.#mask.take({ track, milliseconds, content }))
    }
    this.#commands.push(...this.#reader.take())
  }

  async end(): Promise<{ bytes: number; durationMilliseconds: number; commands: readonly RunCommand[] }> {
    await this.#write(this.#mask.end())
    await this.#flush()
    this.#commands.push(...this.#reader.finish())
    await this.#recorder.end('complete')
    return { bytes: this.#offset, durationMilliseconds: this.#at, commands: this.#commands }
  }

  async giveUp(): Promise<void> {
    this.#mask.end()
    this.#reader.finish()
    await this.#recorder.close()
    await removeRecording(this.#parts, this.#recorder.terminal.id)
  }

  async #write(events: readonly MaskedEvent[]): Promise<void> {
    for (const event of events) {
      const content = 'keys' in event ? maskedContent(event.keys) : event.content
      const at = Math.max(this.#at, Math.round(event.milliseconds))
      const piece = encodePiece({ track: event.track, at, content }, this.#at)
      this.#at = at
      this.#waiting.push(piece)
      this.#waitingBytes += piece.length
    }
    if (this.#waitingBytes >= WRITE_BYTES) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    await this.#recorder.write(bytes, this.#offset)
    this.#offset += bytes.length
  }
}
