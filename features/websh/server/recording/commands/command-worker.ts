import { parentPort } from 'node:worker_threads'
import { PieceReader, PieceTrack } from '../../../common/piece.ts'
import { TerminalNote } from '../../../common/wire.ts'
import { CommandReader, type RunCommand } from '../../command-record/index.ts'
import { stepBack } from '../follow/step-back.ts'
import { recordedEvents } from '../stream-pieces.ts'

/** Whole pieces of a recording, in order from its first. */
export interface ReadAsk {
  readonly ask: number
  readonly id: string
  readonly columns: number
  readonly rows: number
  readonly offset: number
  /** Time of the piece before them. */
  readonly milliseconds: number
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

export type ReadAnswer =
  | { readonly ask: number; readonly commands: readonly RunCommand[]; readonly readerCount: number }
  /** The reader that had read what is before was let go: everything has to be read again. */
  | { readonly ask: number; readonly fromStart: true }
  | { readonly ask: number; readonly error: string }

/** Readers kept between asks; of another recording everything is read again. */
const READERS_MAX = 48

interface Open {
  reader: CommandReader | undefined
  offset: number
}

const readers = new Map<string, Open>()

function read(ask: ReadAsk): ReadAnswer {
  const open = ask.offset === 0 ? { reader: undefined, offset: 0 } : readers.get(ask.id)
  readers.delete(ask.id)
  if (open === undefined || open.offset !== ask.offset) return { ask: ask.ask, fromStart: true }
  const pieces = new PieceReader({ at: ask.milliseconds, offset: ask.offset }).read(ask.bytes)
  if (open.reader === undefined && pieces.length > 0) {
    // The agent says first whether and with which nonce the shell marks its commands.
    const note = pieces.slice(0, 8).find(({ track }) => track === PieceTrack.note)
    const said = note && TerminalNote.safeParse(JSON.parse(new TextDecoder().decode(note.content))).data
    const nonceHash = said?.note === 'shell' ? said.nonceHash : undefined
    open.reader = new CommandReader({ cols: ask.columns, rows: ask.rows, nonceHash })
  }
  for (const event of recordedEvents(pieces)) open.reader?.feed(event)
  const commands = open.reader?.take() ?? []
  if (ask.isLast) commands.push(...(open.reader?.finish() ?? []))
  else readers.set(ask.id, { reader: open.reader, offset: ask.offset + ask.bytes.length })
  if (readers.size > READERS_MAX) readers.delete(readers.keys().next().value!)
  return { ask: ask.ask, commands, readerCount: readers.size }
}

stepBack()

parentPort!.on('message', (ask: ReadAsk) => {
  try {
    parentPort!.postMessage(read(ask))
  } catch (error) {
    readers.delete(ask.id)
    parentPort!.postMessage({ ask: ask.ask, error: String(error) } satisfies ReadAnswer)
  }
})
