import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64 } from '../../base/common/journal/bytes.ts'
import { type Checkpoint, parseCheckpoint } from '../../base/common/journal/checkpoint.ts'
import { isConsistent, treeHash } from '../../base/common/journal/merkle.ts'
import { parseVerifierKey, signersOf } from '../../base/common/journal/note.ts'
import { checkRotation } from '../../base/common/journal/rotation.ts'
import type { CheckpointAlarmReport } from '../common/messages.ts'
import { sha256, verifySignature } from './journal-crypto.ts'
import type { ReportQueue } from './report-queue.ts'
import { Memory, type Store } from './store.ts'

const ALARM_AGAIN_MILLISECONDS = 3600_000

export interface Offer {
  readonly note: string
  readonly fromSize: number
  /** SHA-256 hashes, base64. */
  readonly proof: readonly string[]
}

export interface KeyOffer {
  readonly key: string
  readonly endorsement: string
  readonly oldKey?: string | undefined
  readonly acceptance?: string | undefined
}

/** `kept` it is the one we keep now. `passed` it proves nothing, for or against. `refused` it contradicts ours. */
export type Verdict = 'kept' | 'passed' | 'refused'

/**
 * This machine's memory of the journal's head. A server that cuts or rewrites its journal cannot make it forget:
 * a checkpoint is taken only when the pinned key signed it and it provably extends the one kept.
 */
export class CheckpointKeeper {
  readonly #store: Store
  readonly #memory: Memory
  readonly #queue: ReportQueue
  readonly #directory: string
  readonly #now: () => Date
  readonly #tree = treeHash(sha256)
  #key: string
  #kept: string | null
  #refused: string | null
  #checkpoint: Checkpoint | null
  #alarm: { why: string; at: number } | undefined

  constructor(options: {
    store: Store
    queue: ReportQueue
    directory: string
    journalKey: string
    now?: () => Date
  }) {
    this.#store = options.store
    this.#queue = options.queue
    this.#directory = options.directory
    this.#now = options.now ?? (() => new Date())
    this.#memory = new Memory(options.store)
    this.#key = this.#memory.get('journal-key') ?? options.journalKey
    this.#kept = this.#memory.get('checkpoint')
    this.#refused = this.#memory.get('checkpoint-refused')
    this.#checkpoint = this.#kept === null ? null : parseCheckpoint(this.#kept)
  }

  get size(): number {
    return this.#checkpoint?.size ?? 0
  }

  get kept(): string | null {
    return this.#kept
  }

  get refused(): string | null {
    return this.#refused
  }

  /** Resolves when the verdict is on disk. Nothing in an offer can make it throw. */
  async offer({ note, fromSize, proof }: Offer): Promise<Verdict> {
    const judged = this.#judge(note, fromSize, proof)
    if (judged === 'kept') {
      this.#kept = note
      this.#checkpoint = parseCheckpoint(note)
      await this.#store.write(() => this.#memory.set('checkpoint', note))
      await this.#writeFile()
      return 'kept'
    }
    if (judged === 'passed') return 'passed'
    await this.#raise(note, judged.why)
    return 'refused'
  }

  /** Follows a rotation that the pinned key endorsed; any other is passed over. @returns whether it was followed. */
  async rotate({ key, endorsement, oldKey, acceptance }: KeyOffer): Promise<boolean> {
    const pinned = this.#key
    if (key === pinned || acceptance === undefined || (oldKey ?? pinned) !== pinned) return false
    try {
      const origin = parseVerifierKey(sha256, pinned).name
      checkRotation({ origin, oldKey: pinned, newKey: key, endorsement, acceptance }, sha256, verifySignature)
    } catch {
      return false
    }
    this.#key = key
    await this.#store.write(() => this.#memory.set('journal-key', key))
    return true
  }

  #judge(note: string, fromSize: number, proof: readonly string[]): 'kept' | 'passed' | { why: string } {
    let offered: ReturnType<typeof parseCheckpoint>
    let path: Uint8Array[]
    try {
      offered = parseCheckpoint(note)
      path = proof.map(fromBase64)
    } catch (error) {
      return { why: `It is malformed: ${(error as Error).message}.` }
    }
    const key = parseVerifierKey(sha256, this.#key)
    if (offered.origin !== key.name) return { why: 'It is of another journal.' }
    if (signersOf(offered.note, [key], verifySignature).length === 0) {
      return { why: 'It is not signed by the key this agent pins.' }
    }
    const kept = this.#checkpoint
    if (kept === null) return 'kept'
    if (offered.size < kept.size)
      return { why: `It has ${offered.size} entries, the one kept has ${kept.size}.` }
    if (offered.size > kept.size && fromSize !== kept.size) return 'passed'
    const extended = isConsistent(this.#tree, {
      from: kept.size,
      to: offered.size,
      fromRoot: kept.root,
      toRoot: offered.root,
      path: offered.size === kept.size ? [] : path,
    })
    if (!extended)
      return { why: 'It does not extend the one kept: an entry before it was changed or removed.' }
    return offered.size === kept.size ? 'passed' : 'kept'
  }

  /** The first refused note is the evidence and stays; the alarm is repeated only for another reason or after an hour. */
  async #raise(note: string, why: string): Promise<void> {
    const at = this.#now().getTime()
    const kind = why.replace(/\d+/g, '')
    if (this.#alarm?.why === kind && at - this.#alarm.at < ALARM_AGAIN_MILLISECONDS) return
    this.#alarm = { why: kind, at }
    const body: CheckpointAlarmReport = { kept: this.#kept ?? '', offered: note.slice(0, 10_000), why }
    this.#refused ??= body.offered
    const refused = this.#refused
    await this.#store.write(() => {
      this.#memory.set('checkpoint-refused', refused)
      this.#queue.append('checkpoint.alarm', body, { keep: true })
    })
    await this.#writeFile()
  }

  /** For a person and for the verifier. The database is what counts, so a failure here is none of the agent. */
  async #writeFile(): Promise<void> {
    const write = (name: string, note: string | null) =>
      note === null ? undefined : writeFile(join(this.#directory, name), note, { mode: 0o600 })
    try {
      await write('checkpoint.txt', this.#kept)
      await write('checkpoint-refused.txt', this.#refused)
    } catch {
      // The next checkpoint writes it again.
    }
  }
}
