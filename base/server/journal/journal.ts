import type { Kysely } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { newId } from '../../common/id.ts'
import { originOf } from '../../common/journal/checkpoint.ts'
import type { TreeView } from '../../common/journal/tile-tree.ts'
import type { Database } from '../database.ts'
// For its side effect: int8 columns are read as numbers.
import '../database.ts'
import type { Entry } from './entry.ts'
import { entryBody, subjectKeyOf } from './entry-body.ts'
import { entryStatement } from './entry-statement.ts'
import type { Head, SealedHead } from './head.ts'
import { JournalDamaged } from './load-tree.ts'
import { JournalNames } from './names.ts'
import { JournalReader } from './reader.ts'
import { rotateKey } from './rotate-key.ts'
import { Sealer } from './sealer.ts'
import type { Stage } from './sealing.ts'
import { SigningKeys } from './signing-keys.ts'
import type { PendingRow } from './tables.ts'

export interface JournalOptions {
  readonly url: string
  /** Where the signing keys are: a directory outside the database. Made at the first start. */
  readonly keysDirectory: string
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'fatal'>
  /** How often at most a batch is sealed. */
  readonly beatMilliseconds?: number
  /** How often the whole queue is looked through for what committed late; 1 s unless given. */
  readonly sweepMilliseconds?: number
  /** Bytes of the queue, dead rows included, above which it is truncated; 64 MiB unless given. */
  readonly queueLimitBytes?: number
  /** For reading entries and tiles; one of two connections is made when it is not given. */
  readonly pool?: pg.Pool
  /** A sentinel for tests: what it throws breaks the sealing there. */
  readonly atStage?: (stage: Stage) => void | Promise<void>
}

export interface JournalHealth {
  /** `refused`: the journal in the database is not what was signed, and nothing will be sealed until that is repaired. */
  readonly state: 'starting' | 'standby' | 'sealing' | 'broken' | 'refused'
  readonly since: Date
  /** Why, when broken or refused. */
  readonly reason?: string
  readonly size: number
  /** Entries committed and not sealed, counted up to 100,000. */
  readonly lagEntries: number
  /** Age of the oldest of them. */
  readonly lagSeconds: number
}

type Known = readonly [number, number, number | null, number | null]

/** Opens the journal of a migrated database and starts its sealer. Resolves when there is a head, or a reason why not. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 2,
    application_name: 'annals journal',
    options: '-c timezone=UTC -c statement_timeout=60000',
  })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  await pool.query('insert into journal_identity (id) values ($1) on conflict do nothing', [newId()])
  const { rows } = await pool.query<{ id: string }>('select id from journal_identity')
  const journal = new Journal(options, pool, originOf(rows[0]!.id))
  await journal.start()
  return journal
}

/** The append-only record: what writes entries, numbers and seals them, and proves them. */
export class Journal implements AsyncDisposable {
  readonly origin: string
  readonly keys: SigningKeys
  readonly names: JournalNames
  readonly read: JournalReader
  readonly #options: JournalOptions
  readonly #pool: pg.Pool
  readonly #listeners = new Set<(head: SealedHead) => void>()
  #head: Head | undefined
  #view: TreeView | undefined
  #state: Pick<JournalHealth, 'state' | 'since' | 'reason'> = { state: 'starting', since: new Date() }
  #sealer: Sealer
  #closing = false
  #stopped: Promise<void> = Promise.resolve()
  #started: () => void = () => {}
  #retry: (() => void) | undefined

  constructor(options: JournalOptions, pool: pg.Pool, origin: string) {
    this.#options = options
    this.#pool = pool
    this.origin = origin
    this.keys = new SigningKeys(options.keysDirectory, origin)
    this.names = new JournalNames(pool)
    this.read = new JournalReader(options.pool ?? pool, this.names, () => this.#current())
    this.#sealer = this.#newSealer()
  }

  async start(): Promise<void> {
    const started = new Promise<void>((resolve) => {
      this.#started = resolve
    })
    this.#stopped = this.#live()
    await started
  }

  /**
   * Writes one entry in the caller's transaction, without a way there and back of its own (base/server/terse-pool.ts).
   * Call `poke` after the commit. @throws Error when the entry is refused.
   */
  async record(tx: Kysely<Database>, entry: Entry): Promise<void> {
    await tx.executeQuery(entryStatement([await this.pendingRow(entry)]))
  }

  /** Several entries, in this order, in one statement that is not waited for either. */
  async recordAll(tx: Kysely<Database>, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const rows: PendingRow[] = []
    for (const entry of entries) rows.push(await this.pendingRow(entry))
    await tx.executeQuery(entryStatement(rows))
  }

  /** The columns of one entry. */
  async pendingRow(entry: Entry): Promise<PendingRow> {
    const { names } = this
    const { kind, actor, server, workSession, subject } = entry
    const body = entryBody(entry)
    const numbers = [
      names.kindNo(kind),
      names.refNo(actor.id),
      server ? names.refNo(server.id) : null,
      workSession ? names.refNo(workSession.id) : null,
    ] as const
    // Nearly always all of them are known, and then there is nothing to wait for.
    const isKnown = numbers.every((number) => typeof number !== 'object' || number === null)
    const [kindNo, actorNo, serverNo, workNo] = (isKnown ? numbers : await Promise.all(numbers)) as Known
    this.#sealer.attend()
    return {
      at: entry.at.toISOString(),
      kind_no: kindNo,
      actor_no: actorNo,
      server_no: serverNo,
      work_no: workNo,
      subject_key: subject ? subjectKeyOf(subject.id) : null,
      body,
    }
  }

  /** Tells the sealer that something was committed. Costs nothing; never a NOTIFY, which would serialize all commits. */
  poke(): void {
    this.#sealer.poke()
  }

  /** Called after the COMMIT of each sealing, in order. @returns what stops it. */
  onSealed(listener: (head: SealedHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws Error while there is none: nothing was ever sealed, or the journal was refused at the start. */
  head(): Head {
    return this.#current().head
  }

  async health(): Promise<JournalHealth> {
    const { rows } = await this.#pool.query<{ n: number; oldest: Date | null }>(
      'select count(*) as n, min(at) as oldest from (select at from journal_pending order by id limit 100000) as queue',
    )
    const { n, oldest } = rows[0]!
    const lagSeconds = oldest === null ? 0 : Math.max(0, (Date.now() - oldest.getTime()) / 1000)
    return { ...this.#state, size: this.#head?.size ?? 0, lagEntries: n, lagSeconds }
  }

  /** Replaces the signing key: recorded, endorsed by the old key, in force from the checkpoint that covers the entry. */
  async rotateKey(db: Kysely<Database>, actor: Entry['actor'], reason: string): Promise<string> {
    return rotateKey(this, db, actor, reason)
  }

  /** Seals what is pending, then lets go of the lock. */
  async close(): Promise<void> {
    this.#closing = true
    this.#sealer.close()
    this.#retry?.()
    await this.#stopped
    await this.#pool.end()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #current(): { head: Head; view: TreeView } {
    if (this.#head === undefined || this.#view === undefined) {
      throw new Error(`the journal has no head yet: ${this.#state.reason ?? this.#state.state}`)
    }
    return { head: this.#head, view: this.#view }
  }

  #newSealer(): Sealer {
    const {
      url,
      beatMilliseconds = 25,
      sweepMilliseconds = 1000,
      queueLimitBytes = 64 * 1024 * 1024,
      atStage,
    } = this.#options
    return new Sealer({
      url,
      beatMilliseconds,
      sweepMilliseconds,
      queueLimitBytes,
      atStage,
      origin: this.origin,
      keys: this.keys,
      names: this.names,
      entered: (state) => {
        this.#state = { state, since: new Date() }
        if (this.#head !== undefined) this.#started()
      },
      publish: (head, view) => this.#publish(head, view),
    })
  }

  /** One sealer after another: what broke one is never carried into the next. */
  async #live(): Promise<void> {
    const { log } = this.#options
    for (let waitMilliseconds = 50; !this.#closing; ) {
      const bornAt = performance.now()
      try {
        await this.#sealer.run(this.#view)
        return
      } catch (error) {
        const refused = error instanceof JournalDamaged
        const reason = error instanceof Error ? error.message : String(error)
        const news = this.#state.reason !== reason
        this.#state = {
          state: refused ? 'refused' : 'broken',
          since: news ? new Date() : this.#state.since,
          reason,
        }
        if (refused && news)
          log.fatal({ err: error }, 'the journal is damaged and nothing is sealed: run npm run verify')
        else if (news) log.error({ err: error }, 'the sealer broke and starts again from the database')
      }
      this.#started()
      if (performance.now() - bornAt > 10_000) waitMilliseconds = 50
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMilliseconds)
        this.#retry = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      waitMilliseconds = Math.min(waitMilliseconds * 2, 5000)
      if (!this.#closing) this.#sealer = this.#newSealer()
    }
  }

  #publish(head: SealedHead, view: TreeView): void {
    this.#head = head
    this.#view = view
    if (this.#state.state !== 'starting') this.#started()
    for (const listener of this.#listeners) {
      try {
        listener(head)
      } catch (error) {
        this.#options.log.error({ err: error }, 'a listener of sealed entries failed')
      }
    }
  }
}
