import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { isDatabaseAway } from '../../../../base/server/database-away.ts'
import type { AgentLink, StreamSink, TerminalHeld } from '../../../../wire/server/agent-link.ts'
import type { OpenOrder } from '../../common/wire.ts'
import { LiveTerminal } from './live-terminal.ts'
import { ANY_TERMINAL, oneTerminal, type TerminalParts } from './parts.ts'
import { readPolicy } from './policy.ts'
import { shareEndsWith } from './share/end-share.ts'
import { aboutRow, operatorOf, type Row, recordingOf } from './terminal-row.ts'

/** An agent that was asked for a terminal and says nothing for so long does not open it any more. */
const OPENING_MILLISECONDS = 30_000
/** A terminal its agent does not have, and whose end was not reported for so long, is over. */
const MISSING_MILLISECONDS = 15_000
/** How long to wait where the database could not be told of an end. */
const AGAIN_MILLISECONDS = 5_000
/** An agent that was away for so long does not come back with its terminals. */
const AWAY_MILLISECONDS = 24 * 3600 * 1000

/** Every open terminal this server knows of. */
export class LiveTerminals {
  readonly #parts: TerminalParts
  readonly #live = new Map<string, Promise<LiveTerminal>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopped = false

  constructor(parts: TerminalParts) {
    this.#parts = parts
  }

  /** After a restart: what was open may still be. */
  async start(): Promise<void> {
    const rows = await this.#parts.db
      .selectFrom('terminal')
      .selectAll()
      .where('status', 'in', ['opening', 'live'])
      .execute()
    for (const row of rows) {
      if (row.status === 'opening') this.#failLater(row)
      await this.#open(row).catch((error) => this.#notRecorded(row, error))
    }
    await this.#endLeftOver()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const live of await this.all()) live.release()
  }

  async all(): Promise<LiveTerminal[]> {
    const settled = await Promise.allSettled(this.#live.values())
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  }

  of(id: string): Promise<LiveTerminal | undefined> {
    return this.#live.get(id)?.catch(() => undefined) ?? Promise.resolve(undefined)
  }

  /** A row was committed: begins the recording, and only then asks the agent. */
  async begin(row: Row, order: OpenOrder): Promise<void> {
    try {
      await this.#open(row)
    } catch (error) {
      return this.#notRecorded(row, error)
    }
    const link = this.#parts.links.of(row.server_id!)
    if (link === undefined)
      return this.#failSurely(row.id, 'The agent on this server was not linked any more.')
    link.order({ id: row.id, kind: 'terminal.open', body: order })
    this.#failLater(row)
  }

  /** Somebody closes it: one that no agent has yet is over at once. */
  async close(row: Row, reason: string): Promise<void> {
    const live = await this.of(row.id)
    if (live) live.row = { ...live.row, close_requested_at: this.#parts.now() }
    this.end(row, reason)
  }

  /** Asks the agent to end a terminal. Asking twice does no harm. */
  end(row: Pick<Row, 'id' | 'server_id'>, reason: string): void {
    this.#parts.links.of(row.server_id ?? '')?.order({
      id: randomUUID(),
      kind: 'terminal.close',
      body: { terminalId: row.id, reason: reason.slice(0, 300) },
    })
  }

  /** A sink for the stream of a terminal; undefined: it is not open, or not of that server. */
  async sink(serverId: string, id: string): Promise<StreamSink | undefined> {
    const live = await this.of(id)
    return live?.row.server_id === serverId ? live.sink() : undefined
  }

  /** What an agent holds after it was linked. */
  async linked(link: AgentLink, held: readonly TerminalHeld[]): Promise<void> {
    const ids = new Set(held.map(({ terminal }) => terminal))
    for (const { terminal, taken, length } of held) {
      const live = await this.of(terminal)
      if (live?.row.server_id !== link.serverId) {
        this.end({ id: terminal, server_id: link.serverId }, 'This terminal was given up.')
        continue
      }
      live.linked(link, taken, length)
      if (live.row.close_requested_at) this.end(live.row, 'It was closed.')
    }
    for (const live of await this.all())
      if (live.row.server_id === link.serverId && live.row.status === 'live' && !ids.has(live.id))
        this.missing(live)
  }

  /** Those that another link of the same server has taken over meanwhile stay with it. */
  async unlinked(link: AgentLink): Promise<void> {
    for (const live of await this.all()) if (live.typing.link === link) live.unlinked()
  }

  async taken(id: string, bytes: number): Promise<void> {
    const live = await this.of(id)
    live?.taken(bytes)
  }

  /** It is over: the recording is closed, and everybody is told. */
  async over(row: Row, isInterrupted: boolean): Promise<void> {
    const live = await this.of(row.id)
    this.#live.delete(row.id)
    live?.ended({ type: 'exit', code: row.exit_code, signal: row.signal, reason: row.end_reason })
    await this.#endRecording(row, isInterrupted, live?.isBroken ?? null)
    this.#announce(row.id)
  }

  /** What the database could not be told is told it in a few seconds, and again until it is. */
  tryAgain(act: () => Promise<void>): void {
    this.#later(AGAIN_MILLISECONDS, act)
  }

  /** Ends what an agent that does not come back had. */
  async endLost(): Promise<void> {
    const since = this.#parts.now().getTime() - AWAY_MILLISECONDS
    const why = 'The agent on this server has not come back for a day.'
    for (const { id, row, awaySince } of await this.all())
      if (row.status === 'live' && awaySince && awaySince.getTime() < since)
        await this.#close(id, ['live'], { status: 'interrupted', end_reason: why })
  }

  /** Ends what was committed without the word of it reaching whoever was to ask the agent: the database broke in between. */
  async endUnbegun(): Promise<void> {
    const before = new Date(this.#parts.now().getTime() - OPENING_MILLISECONDS)
    const rows = await this.#parts.db
      .selectFrom('terminal')
      .select('id')
      .where('status', '=', 'opening')
      .where('opened_at', '<', before)
      .execute()
    for (const { id } of rows)
      if (!this.#live.has(id)) await this.fail(id, 'The database broke while it was being opened.')
  }

  /** A server is removed: its terminals are out of reach from now on. */
  async serverRemoved(
    tx: Transaction<Database>,
    server: { readonly id: string },
    afterCommit: (react: () => void) => void,
  ): Promise<void> {
    const open = await tx
      .selectFrom('terminal')
      .select('id')
      .where('server_id', '=', server.id)
      .where('status', 'in', ['opening', 'live'])
      .execute()
    const end = { status: 'interrupted' as const, end_reason: 'Its server was removed from Annals.' }
    for (const { id } of open) {
      const row = await this.#write(tx, id, ['opening', 'live'], end)
      if (row) afterCommit(() => void this.over(row, true))
    }
  }

  /** It never started. */
  async fail(id: string, why: string): Promise<void> {
    await this.#close(id, ['opening'], { status: 'failed', end_reason: why.slice(0, 300) })
  }

  async #open(row: Row): Promise<LiveTerminal> {
    const opening = this.#make(row)
    this.#live.set(row.id, opening)
    opening.catch(() => this.#live.delete(row.id))
    return opening
  }

  async #make(row: Row): Promise<LiveTerminal> {
    const parts = this.#parts
    const recorder = await parts.recordings.open(recordingOf(row))
    const { whenRecordingBreaks } = await readPolicy(parts.db)
    return LiveTerminal.open({
      parts,
      row,
      recorder,
      whenRecordingBreaks,
      end: (reason) => this.end(row, reason),
      broke: (error) => parts.log.error({ err: error, terminalId: row.id }, 'a recording broke'),
    })
  }

  async #notRecorded(row: Row, error: unknown): Promise<void> {
    this.#parts.log.error({ err: error, terminalId: row.id }, 'a terminal could not be recorded')
    await this.#failSurely(
      row.id,
      'The recording could not be begun, and without a recording there is no terminal.',
    )
  }

  async #failSurely(id: string, why: string): Promise<void> {
    await this.fail(id, why).catch((error) => {
      this.#parts.log.error(
        { err: error, terminalId: id },
        'a terminal could not be ended; it is tried again',
      )
      this.tryAgain(() => this.fail(id, why))
    })
  }

  /** A recording that could not be closed for another reason is as the disk has it, and closed after the next start if that helps. */
  async #endRecording(row: Row, isInterrupted: boolean, broken: string | null): Promise<void> {
    const { recordings, log } = this.#parts
    try {
      if (broken !== null) await recordings.end(recordingOf(row), 'broken', broken)
      else if (isInterrupted) await recordings.end(recordingOf(row), 'interrupted', row.end_reason)
      else await recordings.end(recordingOf(row), 'complete', null)
    } catch (error) {
      log.error({ err: error, terminalId: row.id }, 'a recording could not be closed')
      if (isDatabaseAway(error)) this.tryAgain(() => this.#endRecording(row, isInterrupted, broken))
    }
  }

  /** Terminals that ended before this server could close their recordings. */
  async #endLeftOver(): Promise<void> {
    const rows = await this.#parts.db
      .selectFrom('terminal')
      .innerJoin('recording', 'recording.terminal_id', 'terminal.id')
      .selectAll('terminal')
      .where('recording.state', '=', 'recording')
      .where('terminal.status', 'not in', ['opening', 'live'])
      .execute()
    for (const row of rows) await this.#endRecording(row, row.status === 'interrupted', null)
  }

  #failLater(row: Row): void {
    this.#later(OPENING_MILLISECONDS, () => this.fail(row.id, 'The agent on this server did not answer.'))
  }

  /** Its agent came without it. Its end may still be on the way: reports and bytes have their own order. */
  missing(live: LiveTerminal): void {
    this.#later(MISSING_MILLISECONDS, async () => {
      if (live.isLinked || (await this.of(live.id)) !== live) return
      if (this.#parts.links.of(live.row.server_id!) === undefined) return
      const why = 'The agent on this server came back without this terminal.'
      await this.#close(live.id, ['live'], { status: 'interrupted', end_reason: why })
    })
  }

  /** Ends a row that no report ends. */
  async #close(
    id: string,
    from: Row['status'][],
    end: { status: 'failed' | 'interrupted'; end_reason: string },
  ): Promise<void> {
    const row = await this.#parts.db.transaction().execute((tx) => this.#write(tx, id, from, end))
    if (row === undefined) return
    this.#parts.sealSoon()
    await this.over(row, end.status === 'interrupted')
  }

  /** The end in the row and in the record. @returns undefined when it had ended already */
  async #write(
    tx: Transaction<Database>,
    id: string,
    from: Row['status'][],
    end: { status: 'failed' | 'interrupted'; end_reason: string },
  ): Promise<Row | undefined> {
    const { now, writeEntry } = this.#parts
    const at = now()
    const ended = await tx
      .updateTable('terminal')
      .set({ ...end, ended_at: at })
      .where('id', '=', id)
      .where('status', 'in', from)
      .returningAll()
      .executeTakeFirst()
    if (ended === undefined) return undefined
    const about = { at, actor: operatorOf(ended), ...aboutRow(ended) }
    const { account } = ended
    if (end.status === 'failed')
      await writeEntry(tx, { ...about, kind: 'terminal.failed', data: { account, why: end.end_reason } })
    else
      await writeEntry(tx, {
        ...about,
        kind: 'terminal.ended',
        data: {
          account,
          how: 'interrupted',
          exitCode: null,
          signal: null,
          why: end.end_reason,
          durationSeconds: ended.started_at && (at.getTime() - ended.started_at.getTime()) / 1000,
        },
      })
    await shareEndsWith(this.#parts, tx, ended, at)
    return ended
  }

  #later(milliseconds: number, act: () => Promise<void>): void {
    if (this.#isStopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act().catch((error) => {
        this.#parts.log.error({ err: error }, 'a terminal could not be ended; it is tried again')
        this.#later(AGAIN_MILLISECONDS, act)
      })
    }, milliseconds)
    timer.unref()
    this.#timers.add(timer)
  }

  #announce(id: string): void {
    this.#parts.bus.publish(ANY_TERMINAL, id)
    this.#parts.bus.publish(oneTerminal(id))
  }
}
