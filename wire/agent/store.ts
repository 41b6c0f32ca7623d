import { chmodSync, existsSync, readdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const FULL = 13
const INPUT_OUTPUT_ERROR = 10
const BUSY = 5
const CORRUPT = 11
const NOT_A_DATABASE = 26
const RETRY_MILLISECONDS = 1000

interface Waiting {
  readonly change: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

export interface StoreOptions {
  /** False at enrolment, when there is nothing yet: a missing file is then no damage. */
  readonly expected: boolean
  readonly now?: () => Date
  readonly log?: (line: string) => void
}

/**
 * The agent's one durable file. Changes that are asked for in one turn of the event loop share one transaction, and
 * so one fsync: a change is on disk when its promise resolves. A full disk makes changes wait, it does not lose them.
 */
export class Store {
  readonly database: DatabaseSync
  /** Why what was known before is gone, or null: a damaged file was put aside, or the file was missing. */
  readonly damage: string | null
  /** Resolves when the file turns out damaged while it is in use: only a start can put it aside. */
  readonly broken: Promise<Error>
  readonly #log: (line: string) => void
  readonly #stored = new Set<() => void>()
  readonly #undone = new Set<() => void>()
  #waiting: Waiting[] = []
  #scheduled: NodeJS.Immediate | NodeJS.Timeout | undefined
  #stuck = false
  #closed = false
  #break: (error: Error) => void = () => {}

  private constructor(database: DatabaseSync, damage: string | null, log: (line: string) => void) {
    this.database = database
    this.damage = damage
    this.#log = log
    this.broken = new Promise((resolve) => {
      this.#break = resolve
    })
  }

  static open(path: string, { expected, now = () => new Date(), log = () => {} }: StoreOptions): Store {
    const missing = expected && !existsSync(path)
    try {
      return new Store(openDatabase(path), missing ? 'the file with its queue was missing' : null, log)
    } catch (cause) {
      if (!isDamage(cause)) throw cause
      const kept = quarantine(path, now())
      log(
        `The file ${path} was damaged (${(cause as Error).message}). It was kept as ${kept}; a new one was begun.`,
      )
      return new Store(
        openDatabase(path),
        `the file with its queue was damaged: ${(cause as Error).message}`,
        log,
      )
    }
  }

  /** True while the disk refuses changes. */
  get stuck(): boolean {
    return this.#stuck
  }

  /** Changes that are not on disk yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** @returns what `change` returned, once it is on disk. */
  write<T>(change: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject })
      this.#scheduled ??= setImmediate(() => this.#commit())
    })
  }

  /** Called after each transaction that reached the disk. */
  onStored(listener: () => void): void {
    this.#stored.add(listener)
  }

  /** Called when a transaction was taken back: whoever counts in memory must count again. */
  onUndone(listener: () => void): void {
    this.#undone.add(listener)
  }

  /** Commits what waits, then lets go of the file. */
  close(): void {
    if (this.#closed) return
    if (this.#waiting.length > 0) this.#commit()
    this.#closed = true
    for (const { reject } of this.#waiting) reject(new Error('the store was closed before this was on disk'))
    if (this.#scheduled !== undefined) clearAny(this.#scheduled)
    this.database.close()
  }

  #commit(): void {
    if (this.#scheduled !== undefined) clearAny(this.#scheduled)
    this.#scheduled = undefined
    const group = this.#waiting
    this.#waiting = []
    if (group.length === 0) return
    try {
      this.#transact(group)
    } catch (error) {
      if (isDamage(error)) this.#break(error as Error)
      if (isStorageTrouble(error)) this.#retryLater(group, error as Error)
      else if (group.length === 1) group[0]!.reject(error)
      else this.#oneByOne(group)
    }
  }

  #transact(group: readonly Waiting[]): void {
    const results: unknown[] = []
    this.database.exec('begin immediate')
    try {
      for (const { change } of group) results.push(change())
      this.database.exec('commit')
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('rollback')
      for (const listener of this.#undone) listener()
      throw error
    }
    this.#stuck = false
    group.forEach(({ resolve }, index) => {
      resolve(results[index] as never)
    })
    for (const listener of this.#stored) listener()
  }

  /** One change of the group is wrong; the others must not suffer. */
  #oneByOne(group: readonly Waiting[]): void {
    for (const [index, one] of group.entries()) {
      try {
        this.#transact([one])
      } catch (error) {
        if (isStorageTrouble(error)) {
          this.#retryLater(group.slice(index), error as Error)
          return
        }
        one.reject(error)
      }
    }
  }

  #retryLater(group: readonly Waiting[], error: Error): void {
    if (!this.#stuck) this.#log(`Nothing can be stored (${error.message}); trying again every second.`)
    this.#stuck = true
    this.#waiting = [...group, ...this.#waiting]
    this.#scheduled ??= setTimeout(() => this.#commit(), RETRY_MILLISECONDS)
  }
}

/** The lowest byte is the kind; what is above says more. */
const kindOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff
const isStorageTrouble = (error: unknown): boolean => [FULL, INPUT_OUTPUT_ERROR, BUSY].includes(kindOf(error))
const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(kindOf(error))

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 })
  try {
    database.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma secure_delete = on;
      pragma cache_size = -2048;
      pragma journal_size_limit = 8388608;
    `)
    const found = database.prepare('pragma quick_check(1)').get() as { quick_check: string }
    if (found.quick_check !== 'ok') throw Object.assign(new Error(found.quick_check), { errcode: CORRUPT })
    chmodSync(path, 0o600)
    database.exec('create table if not exists meta (key text primary key, value text not null) without rowid')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Puts the file and its log aside; nothing is deleted. */
function quarantine(path: string, at: Date): string {
  const directory = dirname(path)
  const name = basename(path)
  const mark = `damaged-${at.toISOString().replaceAll(':', '')}-`
  for (const file of readdirSync(directory)) {
    if (file === name || file === `${name}-wal` || file === `${name}-shm`)
      renameSync(join(directory, file), join(directory, mark + file))
  }
  return mark + name
}

function clearAny(timer: NodeJS.Immediate | NodeJS.Timeout): void {
  if ('refresh' in timer) clearTimeout(timer)
  else clearImmediate(timer)
}

/** Small facts that outlive a restart. `set` belongs inside a `write`. */
export class Memory {
  readonly #read
  readonly #set
  readonly #delete

  constructor(store: Store) {
    this.#read = store.database.prepare('select value from meta where key = ?')
    this.#set = store.database.prepare('insert or replace into meta (key, value) values (?, ?)')
    this.#delete = store.database.prepare('delete from meta where key = ?')
  }

  get(key: string): string | null {
    const row = this.#read.get(key) as { value: string } | undefined
    return row?.value ?? null
  }

  set(key: string, value: string | null): void {
    if (value === null) this.#delete.run(key)
    else this.#set.run(key, value)
  }
}
