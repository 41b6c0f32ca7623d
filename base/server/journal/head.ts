/** The journal as of one signed checkpoint. */
export interface Head {
  /** `annals/<journal id>` */
  readonly origin: string
  /** How many entries; the next one gets this number. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** When it was sealed, by this server's clock. */
  readonly at: Date
  /** The signed note. */
  readonly note: string
}

/** What a list needs to know of an entry that was just sealed. Numbers are those of journal_kind and journal_ref. */
export interface SealedEntry {
  readonly sequence: number
  readonly kindNo: number
  readonly actorNo: number
  readonly serverNo: number | null
  readonly workNo: number | null
  /** See `subjectKeyOf`; two subjects may share one. */
  readonly subjectKey: string | null
}

export interface SealedHead extends Head {
  /** The first entry sealed since the head before; they end before `size`. */
  readonly from: number
  readonly entries: () => SealedEntry[]
}

/** SQL that gives what sealing needs of a row of `journal` as 54 bytes. */
export const SEALED_BYTES_SQL = `sha256('\\x00'::bytea || convert_to(body, 'UTF8')) || int2send(kind_no) || int4send(actor_no)
  || int4send(coalesce(server_no, 0)) || int4send(coalesce(work_no, 0)) || int8send(coalesce(subject_key, 0))`

const ROW_BYTES = 54
const HASH_BYTES = 32

/** Rows of `SEALED_BYTES_SQL`, one after another in the order of their numbers. */
export class SealedRows {
  readonly from: number
  readonly count: number
  readonly #rows: Buffer

  constructor(from: number, rows: Buffer) {
    this.from = from
    this.#rows = rows
    this.count = rows.length / ROW_BYTES
  }

  /** @param batches at least one, each beginning where the one before ends */
  static joined(batches: readonly SealedRows[]): SealedRows {
    const [first] = batches
    return batches.length === 1
      ? first!
      : new SealedRows(first!.from, Buffer.concat(batches.map((batch) => batch.#rows)))
  }

  leafHashes(): Uint8Array {
    const hashes = new Uint8Array(this.count * HASH_BYTES)
    for (let row = 0; row < this.count; row++) {
      hashes.set(this.#rows.subarray(row * ROW_BYTES, row * ROW_BYTES + HASH_BYTES), row * HASH_BYTES)
    }
    return hashes
  }

  /** The numbers of the entries of one kind. */
  ofKind(kindNo: number): number[] {
    const found: number[] = []
    for (let row = 0; row < this.count; row++) {
      if (this.#rows.readInt16BE(row * ROW_BYTES + HASH_BYTES) === kindNo) found.push(this.from + row)
    }
    return found
  }

  entries(): SealedEntry[] {
    return Array.from({ length: this.count }, (_, row) => {
      const at = row * ROW_BYTES + HASH_BYTES
      const subject = this.#rows.readBigInt64BE(at + 14)
      return {
        sequence: this.from + row,
        kindNo: this.#rows.readInt16BE(at),
        actorNo: this.#rows.readInt32BE(at + 2),
        serverNo: this.#rows.readInt32BE(at + 6) || null,
        workNo: this.#rows.readInt32BE(at + 10) || null,
        subjectKey: subject === 0n ? null : subject.toString(),
      }
    })
  }
}
