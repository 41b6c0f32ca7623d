import type { SQLInputValue } from 'node:sqlite'
import type { HoleReport } from '../common/messages.ts'
import { makeRoom } from './queue-room.ts'
import { Memory, type Store } from './store.ts'

export const BATCH_ITEMS_MAX = 1000
export const BATCH_BYTES_MAX = 1024 * 1024
const BODY_BYTES_MAX = 256 * 1024
/** Reports that may wait in memory while the disk refuses them. */
const UNSTORED_MAX = 50_000
const FORGET_MILLISECONDS = 200

export interface QueueLimits {
  readonly rows: number
  readonly bytes: number
}

export interface ReportOptions {
  /** ISO 8601; now unless said. */
  readonly at?: string
  /** Given up last when the queue overflows. */
  readonly keep?: boolean
}

export interface Batch {
  /** The `reports` message, ready to send. */
  readonly text: string
  readonly first: number
  readonly last: number
}

interface Row {
  id: number
  at: string
  kind: string
  body: string
}

const defaultLimits: QueueLimits = { rows: 500_000, bytes: 256 * 1024 * 1024 }

/**
 * Reports that must not be lost, numbered from 1 without gaps and kept until the server has committed them.
 *
 * A row's id ascends by one and is never given twice. Its number is id + offset: the offset is 0 until the file is
 * lost or put back to an earlier state, when numbering goes on behind what the server has.
 */
export class ReportQueue {
  readonly #store: Store
  readonly #memory: Memory
  readonly #limits: QueueLimits
  readonly #now: () => Date
  readonly #statements
  /** The first id given since this process started. */
  readonly #openedAt: number
  #offset: number | null
  #nextId = 1
  #rows = 0
  #bytes = 0
  #committed = 0
  #forgetting: NodeJS.Timeout | undefined
  #unstored: { count: number; since: string; until: string } | undefined

  constructor(store: Store, options: { limits?: QueueLimits; now?: () => Date } = {}) {
    this.#store = store
    this.#limits = options.limits ?? defaultLimits
    this.#now = options.now ?? (() => new Date())
    const { database } = store
    database.exec(`create table if not exists reports (
      id integer primary key autoincrement, at text not null, kind text not null, body text not null,
      keep integer not null)`)
    this.#memory = new Memory(store)
    this.#statements = {
      insert: database.prepare('insert into reports (id, at, kind, body, keep) values (?, ?, ?, ?, ?)'),
      after: database.prepare('select id, at, kind, body from reports where id > ? order by id limit ?'),
      oldest: database.prepare('select id, at from reports order by id limit 1'),
      forget: database.prepare('delete from reports where id <= ?'),
      bytesUpTo: database.prepare('select coalesce(sum(length(body)), 0) bytes from reports where id <= ?'),
      count: database.prepare('select count(*) rows, coalesce(sum(length(body)), 0) bytes from reports'),
      sequence: database.prepare("select seq from sqlite_sequence where name = 'reports'"),
    }
    this.#offset = this.#recallOffset()
    this.#recount()
    if (store.damage !== null && this.#nextId === 1) this.#beginAfterDamage(store.damage)
    this.#openedAt = this.#nextId
    store.onUndone(() => this.#recount())
  }

  /** The number the next report gets; 0 while it is not known where numbering goes on. */
  get next(): number {
    return this.#offset === null ? 0 : this.#nextId + this.#offset
  }

  /** Whether the server has everything there is. */
  get isCommitted(): boolean {
    return this.#store.waiting === 0 && this.#committed >= this.next - 1
  }

  status(): { reports: number; oldestAt: string | null } {
    const oldest = this.#statements.oldest.get() as { at: string } | undefined
    return { reports: this.#rows, oldestAt: oldest?.at ?? null }
  }

  /** Called whenever there may be something new to send. */
  onStored(listener: () => void): void {
    this.#store.onStored(listener)
  }

  /** Resolves when the report is on disk. */
  report(kind: string, body: unknown, options: ReportOptions = {}): Promise<void> {
    const at = options.at ?? this.#now().toISOString()
    if (this.#store.stuck && this.#store.waiting >= UNSTORED_MAX) {
      this.#unstored = { since: at, ...this.#unstored, count: (this.#unstored?.count ?? 0) + 1, until: at }
      return Promise.resolve()
    }
    return this.#store.write(() => this.append(kind, body, { ...options, at }))
  }

  /** The same inside a `write` of the store, so that the report and what it tells of are one. */
  append(kind: string, body: unknown, { at, keep = false }: ReportOptions = {}): void {
    const text = JSON.stringify(body)
    if (text.length > BODY_BYTES_MAX) throw new RangeError(`a report of ${text.length} bytes is too long`)
    if (this.#unstored !== undefined) this.#tellUnstored(this.#unstored)
    if (this.#rows >= this.#limits.rows || this.#bytes + text.length > this.#limits.bytes) this.#makeRoom()
    this.#insert({ id: this.#nextId, at: at ?? this.#now().toISOString(), kind, body: text }, keep)
  }

  /** What follows number `after`, up to the limits of one message; undefined when there is nothing. */
  batch(after: number): Batch | undefined {
    if (this.#offset === null) return undefined
    const offset = this.#offset
    const items: string[] = []
    let bytes = 0
    let first = 0
    let last = 0
    for (const row of this.#statements.after.iterate(after - offset, BATCH_ITEMS_MAX) as Iterable<unknown>) {
      const { id, at, kind, body } = row as Row
      bytes += body.length + kind.length + 80
      if (items.length > 0 && bytes > BATCH_BYTES_MAX) break
      if (first === 0) first = id + offset
      last = id + offset
      items.push(`{"n":${last},"at":"${at}","kind":${JSON.stringify(kind)},"body":${body}}`)
    }
    if (items.length === 0) return undefined
    return { text: `{"t":"reports","items":[${items.join(',')}]}`, first, last }
  }

  /** The server has everything up to this number. Forgetting is not urgent: one fsync serves many. */
  forget(committed: number): void {
    if (committed <= this.#committed || this.#offset === null) return
    this.#committed = committed
    this.#forgetting ??= setTimeout(() => void this.#forgetNow().catch(() => {}), FORGET_MILLISECONDS)
  }

  /**
   * Brings the numbers of both ends together when a link opens, or the server asks for a number again.
   * Resolves when everything after `committed` can be sent.
   * @param serverTime of the `welcome`, ISO 8601: from then on this agent remembers, if it lost its memory.
   */
  settle(committed: number, serverTime?: string): Promise<void> {
    return this.#store.write(() => {
      if (this.#offset === null) this.#adopt(committed, serverTime)
      else if (committed >= this.next) this.#moveBehind(committed, serverTime)
      else this.#tellForgotten(committed)
      this.#committed = committed
    })
  }

  /** Orders older than this may have been carried out by a self this agent does not remember. ISO 8601 or null. */
  get remembersSince(): string | null {
    return this.#memory.get('remembers-since')
  }

  /** Forgets at once what is committed; to be called before the store is closed. */
  close(): Promise<void> {
    return this.#forgetting === undefined ? Promise.resolve() : this.#forgetNow()
  }

  #forgetNow(): Promise<void> {
    clearTimeout(this.#forgetting)
    this.#forgetting = undefined
    return this.#store.write(() => {
      const upTo = Math.min(this.#committed, this.next - 1) - (this.#offset ?? 0)
      const { bytes } = this.#statements.bytesUpTo.get(upTo) as { bytes: number }
      this.#rows -= Number(this.#statements.forget.run(upTo).changes)
      this.#bytes -= bytes
    })
  }

  #recallOffset(): number | null {
    const text = this.#memory.get('report-offset')
    return text === null ? 0 : text === 'unknown' ? null : Number(text)
  }

  #setOffset(offset: number | null): void {
    this.#offset = offset
    this.#memory.set('report-offset', offset === null ? 'unknown' : String(offset))
  }

  #recount(): void {
    const counted = this.#statements.count.get() as { rows: number; bytes: number }
    const sequence = this.#statements.sequence.get() as { seq: number } | undefined
    this.#rows = counted.rows
    this.#bytes = counted.bytes
    this.#nextId = (sequence?.seq ?? 0) + 1
    this.#offset = this.#recallOffset()
  }

  #insert({ id, at, kind, body }: Row, keep: boolean): void {
    const values: SQLInputValue[] = [id, at, kind, body, keep ? 1 : 0]
    this.#statements.insert.run(...values)
    this.#nextId = Math.max(this.#nextId, id + 1)
    this.#rows++
    this.#bytes += body.length
  }

  #insertHole(id: number, hole: HoleReport): void {
    this.#insert({ id, at: this.#now().toISOString(), kind: 'hole', body: JSON.stringify(hole) }, true)
  }

  /** The first row stands for what was lost; its numbers are known once the server has said what it holds. */
  #beginAfterDamage(why: string): void {
    this.#store.database.exec('begin immediate')
    this.#setOffset(null)
    this.#insertHole(this.#nextId, { from: 0, to: 0, since: null, until: this.#now().toISOString(), why })
    this.#store.database.exec('commit')
  }

  #adopt(committed: number, serverTime: string | undefined): void {
    this.#setOffset(committed)
    this.#memory.set('remembers-since', serverTime ?? this.#now().toISOString())
    const change = `update reports set body = json_set(body, '$.from', ?, '$.to', ?) where id = 1 and kind = 'hole'`
    this.#store.database.prepare(change).run(committed + 1, committed + 1)
  }

  /**
   * The server has numbers this queue has not given: this machine was put back to an earlier state. What the queue
   * held when it was opened has been sent by its later self; what came since is new and is numbered anew.
   */
  #moveBehind(committed: number, serverTime: string | undefined): void {
    const { database } = this.#store
    const opened = this.#openedAt
    this.#statements.forget.run(opened - 1)
    database.prepare('update reports set id = -(id + 1) where id >= ?').run(opened)
    database.exec('update reports set id = -id where id < 0')
    database.prepare("update sqlite_sequence set seq = max(seq + 1, ?) where name = 'reports'").run(opened)
    this.#setOffset(committed + 1 - opened)
    this.#recount()
    const n = committed + 1
    const why = 'this machine was put back to an earlier state; what its agent saw since is unknown'
    this.#insertHole(opened, { from: n, to: n, since: null, until: this.#now().toISOString(), why })
    this.#memory.set('remembers-since', serverTime ?? this.#now().toISOString())
    this.#recount()
  }

  #tellForgotten(committed: number): void {
    const oldest = this.#statements.oldest.get() as { id: number; at: string } | undefined
    const last = (oldest?.id ?? this.#nextId) - 1
    const to = last + this.#offset!
    if (to <= committed) return
    const why = 'the server was put back to an earlier state and this agent had forgotten them by then'
    this.#insertHole(last, { from: committed + 1, to, since: null, until: oldest?.at ?? null, why })
  }

  #tellUnstored({ count, since, until }: { count: number; since: string; until: string }): void {
    this.#unstored = undefined
    const n = this.#nextId + (this.#offset ?? 0)
    const why = `${count} reports could not be stored because the disk refused them`
    this.#insertHole(this.#nextId, { from: n, to: n, since, until, why })
  }

  #makeRoom(): void {
    makeRoom(this.#store.database, { offset: this.#offset ?? 0, rows: this.#rows, limits: this.#limits })
    this.#recount()
  }
}
