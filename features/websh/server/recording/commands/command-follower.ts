import { sql } from 'kysely'
import type { Parts } from '../../../../../base/server/parts.ts'
import type { RunCommand } from '../../command-record/index.ts'
import { AskedWorker } from '../follow/asked-worker.ts'
import { FollowLoop } from '../follow/follow-loop.ts'
import { readStream } from '../stream-reader.ts'
import type { ReadAnswer, ReadAsk } from './command-worker.ts'

type FollowerParts = Pick<Parts, 'db' | 'blobs' | 'log'>

/** Segments read before another recording has its turn, and read, asked and kept together. */
const SEGMENTS_IN_TURN = 64
const SEGMENTS_KEPT = 8

interface Behind {
  readonly terminal_id: string
  readonly operator_id: string
  readonly server_id: string | null
  readonly started_at: Date
  readonly columns: number
  readonly rows: number
  readonly state: string
  readonly closed_length: number
  readonly commands_length: number
  readonly command_count: number
}

/** Lists what was run in terminals, behind their recordings, on a thread of its own. */
export class CommandFollower {
  readonly #parts: FollowerParts
  readonly #onFound: (terminalId: string) => void
  readonly #loop: FollowLoop<Behind>
  /** Left alone until the next start. Their lists stay incomplete, and say so. */
  readonly #givenUp = new Set<string>()
  readonly #thread = new AskedWorker<ReadAsk, ReadAnswer>(new URL('./command-worker.ts', import.meta.url))

  constructor(parts: FollowerParts, onFound: (terminalId: string) => void = () => {}) {
    this.#parts = parts
    this.#onFound = onFound
    this.#loop = new FollowLoop({
      what: 'commands',
      log: parts.log,
      behind: () => this.#behind(),
      follow: (recording) => this.#follow(recording),
      giveUp: (recording, error) => this.#giveUp(recording, error),
    })
  }

  readonly start = (): void => this.#loop.start()
  readonly poke = (): void => this.#loop.poke()
  readonly catchUp = (): Promise<boolean> => this.#loop.catchUp()

  async stop(): Promise<void> {
    const stopped = this.#loop.stop()
    await this.#thread.stop()
    await stopped
  }

  #behind(): Promise<Behind[]> {
    return this.#parts.db
      .selectFrom('recording')
      .select([
        'terminal_id',
        'operator_id',
        'server_id',
        'started_at',
        'columns',
        'rows',
        'state',
        'closed_length',
        'commands_length',
        'command_count',
      ])
      .where('are_commands_whole', '=', false)
      .where('state', '!=', 'removed')
      .$if(this.#givenUp.size > 0, (query) => query.where('terminal_id', 'not in', [...this.#givenUp]))
      .where((eb) =>
        eb.or([
          eb('commands_length', '<', sql<number>`closed_length`),
          // The last ones are known once it has ended.
          eb('state', '!=', 'recording'),
        ]),
      )
      .limit(50)
      .execute()
  }

  async #follow(recording: Behind): Promise<void> {
    const id = recording.terminal_id
    const segments = await this.#parts.db
      .selectFrom('recording_segment')
      .select(['start_offset', 'length', 'from_milliseconds'])
      .where('terminal_id', '=', id)
      .where('start_offset', '>=', recording.commands_length)
      .orderBy('no')
      .limit(SEGMENTS_IN_TURN)
      .execute()
    let count = recording.command_count
    let offset = recording.commands_length
    const isOver = recording.state !== 'recording'
    for (let first = 0; first < segments.length; first += SEGMENTS_KEPT) {
      if (this.#loop.isStopped) return
      const { start_offset, from_milliseconds } = segments[first]!
      const last = segments[Math.min(first + SEGMENTS_KEPT, segments.length) - 1]!
      offset = last.start_offset + last.length
      const bytes = await readStream(this.#parts, id, start_offset, offset)
      const isLast = isOver && offset === recording.closed_length
      const answer = await this.#ask(recording, {
        offset: start_offset,
        bytes,
        milliseconds: from_milliseconds,
        isLast,
      })
      if (answer === undefined) return this.#startOver(id)
      count = await this.#keep(recording, answer, { count, offset, isWhole: isLast })
    }
    // It ended after its last segment had been read.
    if (segments.length > 0 || !isOver) return
    const answer = await this.#ask(recording, {
      offset,
      bytes: new Uint8Array(0),
      milliseconds: 0,
      isLast: true,
    })
    if (answer === undefined) return this.#startOver(id)
    await this.#keep(recording, answer, { count, offset, isWhole: true })
  }

  /** @returns undefined when everything has to be read again */
  async #ask(
    { terminal_id, columns, rows }: Behind,
    ask: Pick<ReadAsk, 'offset' | 'bytes' | 'milliseconds' | 'isLast'>,
  ): Promise<readonly RunCommand[] | undefined> {
    const answer = await this.#thread.ask({ id: terminal_id, columns, rows, ...ask })
    return 'commands' in answer ? answer.commands : undefined
  }

  async #keep(
    recording: Behind,
    commands: readonly RunCommand[],
    reach: { count: number; offset: number; isWhole: boolean },
  ): Promise<number> {
    const count = reach.count + commands.length
    const isKept = await this.#parts.db.transaction().execute(async (tx) => {
      // Whoever imports a cast has read it with its keys, before they were masked: then that list is the one.
      const { numUpdatedRows } = await tx
        .updateTable('recording')
        .set({ commands_length: reach.offset, command_count: count, are_commands_whole: reach.isWhole })
        .where('terminal_id', '=', recording.terminal_id)
        .where('are_commands_whole', '=', false)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      await storeCommands(tx, recording, commands, reach.count)
      return true
    })
    if (!isKept) return count
    if (commands.length > 0 || reach.isWhole) this.#onFound(recording.terminal_id)
    return count
  }

  /** Reading the same pieces again finds the same commands, so what is listed already stays as it is. */
  async #startOver(terminalId: string): Promise<void> {
    await this.#parts.db
      .updateTable('recording')
      .set({ commands_length: 0, command_count: 0 })
      .where('terminal_id', '=', terminalId)
      .where('are_commands_whole', '=', false)
      .execute()
  }

  async #giveUp({ terminal_id }: Behind, error: unknown): Promise<void> {
    this.#parts.log.error(
      { err: error, terminalId: terminal_id },
      'the commands of a recording could not be read; they are tried again at the next start',
    )
    this.#givenUp.add(terminal_id)
  }
}

/** Rows of commands, numbered from `from`. */
export async function storeCommands(
  tx: Pick<FollowerParts['db'], 'insertInto'>,
  recording: { terminal_id: string; operator_id: string; server_id: string | null; started_at: Date },
  commands: readonly RunCommand[],
  from: number,
): Promise<void> {
  for (let first = 0; first < commands.length; first += 500)
    await tx
      .insertInto('terminal_command')
      .values(
        commands.slice(first, first + 500).map((command, index) => ({
          terminal_id: recording.terminal_id,
          no: from + first + index,
          operator_id: recording.operator_id,
          server_id: recording.server_id,
          at: new Date(recording.started_at.getTime() + command.seconds * 1000),
          seconds: command.seconds,
          // PostgreSQL keeps no NUL in a text.
          text: command.text.replaceAll('\0', '\ufffd'),
          kind: command.kind,
          shell_depth: command.shellDepth ?? null,
          exit_code: command.exitCode ?? null,
          source: command.source,
          disagreement: command.disagreement?.replaceAll('\0', '\ufffd') ?? null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}
