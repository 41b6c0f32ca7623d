import type pg from 'pg'

/**
 * The small numbers that stand for event kinds and uuids in the journal's index columns. They are looked up outside any
 * writer's transaction, on a pool of their own: a writer that waits here holds no lock that this pool could need, and a
 * pool exhausted by writers cannot starve it. A number given to an entry that is rolled back is merely not used.
 */
export class JournalNames {
  readonly #pool: pg.Pool
  readonly #kinds = new Map<string, number>()
  readonly #kindNames = new Map<number, string>()
  readonly #refs = new Map<string, number>()
  readonly #asking = new Map<string, Promise<number>>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  kindNo(name: string): number | Promise<number> {
    return (
      this.#kinds.get(name) ??
      this.#once(`kind ${name}`, () => this.#resolve('journal_kind', 'name', name, this.#keepKind))
    )
  }

  refNo(id: string): number | Promise<number> {
    return (
      this.#refs.get(id) ??
      this.#once(`ref ${id}`, () => this.#resolve('journal_ref', 'id', id, this.#keepRef))
    )
  }

  /** The number of something that may never have been recorded; undefined then, and nothing is written. */
  async knownKindNo(name: string): Promise<number | undefined> {
    return this.#kinds.get(name) ?? (await this.#find('journal_kind', 'name', name, this.#keepKind))
  }

  async knownRefNo(id: string): Promise<number | undefined> {
    return this.#refs.get(id) ?? (await this.#find('journal_ref', 'id', id, this.#keepRef))
  }

  async kindName(no: number): Promise<string> {
    const known = this.#kindNames.get(no)
    if (known !== undefined) return known
    const { rows } = await this.#pool.query<{ no: number; name: string }>('select no, name from journal_kind')
    for (const row of rows) this.#keepKind(row.name, row.no)
    const name = this.#kindNames.get(no)
    if (name === undefined) throw new Error(`journal_kind has no number ${no}`)
    return name
  }

  readonly #keepKind = (name: string, no: number) => {
    this.#kinds.set(name, no)
    this.#kindNames.set(no, name)
  }

  readonly #keepRef = (id: string, no: number) => {
    // Work sessions come without end; what is no longer recorded against need not stay in memory.
    if (this.#refs.size >= 200_000) this.#refs.delete(this.#refs.keys().next().value!)
    this.#refs.set(id, no)
  }

  #once(key: string, ask: () => Promise<number>): Promise<number> {
    const asking = this.#asking.get(key) ?? ask().finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
  }

  async #find(table: string, column: string, value: string, keep: (value: string, no: number) => void) {
    const { rows } = await this.#pool.query<{ no: number }>(`select no from ${table} where ${column} = $1`, [
      value,
    ])
    if (rows[0] !== undefined) keep(value, rows[0].no)
    return rows[0]?.no
  }

  async #resolve(table: string, column: string, value: string, keep: (value: string, no: number) => void) {
    const found = await this.#find(table, column, value, keep)
    if (found !== undefined) return found
    await this.#pool.query(`insert into ${table} (${column}) values ($1) on conflict do nothing`, [value])
    const made = await this.#find(table, column, value, keep)
    if (made === undefined) throw new Error(`${table} did not keep ${value}`)
    return made
  }
}
