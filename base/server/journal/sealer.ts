import pg from 'pg'
import { equal } from '../../common/journal/bytes.ts'
import { keyInForce } from '../../common/journal/key-history.ts'
import type { TileTree, TreeView } from '../../common/journal/tile-tree.ts'
import { system } from '../actor.ts'
import { Counting } from './counting.ts'
import { entryBody } from './entry-body.ts'
import type { Head, SealedHead } from './head.ts'
import { keyHistory } from './key-history.ts'
import { JournalDamaged, lastCheckpoint, loadCheckedTree, loadTree, sealedRows } from './load-tree.ts'
import type { JournalNames } from './names.ts'
import { partitionCount } from './partitions.ts'
import { Sealing, type Stage } from './sealing.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface SealerParts {
  readonly url: string
  readonly origin: string
  readonly keys: SigningKeys
  readonly names: JournalNames
  readonly beatMilliseconds: number
  /** How often the whole queue is looked through. */
  readonly sweepMilliseconds: number
  /** Bytes of the queue, dead rows included, above which it is truncated. */
  readonly queueLimitBytes: number
  /** It holds the lock and seals, or follows another that does. */
  readonly entered: (state: 'standby' | 'sealing') => void
  /** Called after COMMIT, in order, also for what another process sealed. */
  readonly publish: (head: SealedHead, view: TreeView) => void
  readonly atStage: ((stage: Stage) => void | Promise<void>) | undefined
}

const STANDBY_MILLISECONDS = 100
/** After an entry was written here, the queue is looked at every beat for so long, in case nobody pokes. */
const ATTENTION_MILLISECONDS = 2000

/** How far the counts by hour and day may be behind: a second, in a flood five, for it has better things to do. */
const COUNT_MILLISECONDS = 1000
const FLOOD_COUNT_MILLISECONDS = 5000

/** One life of a sealer: connects, waits for the lock, loads, seals until it is closed or anything goes wrong. */
export class Sealer {
  readonly #parts: SealerParts
  #closing = false
  #poked = true
  #attentiveUntil = 0
  #wake: (() => void) | undefined

  constructor(parts: SealerParts) {
    this.#parts = parts
  }

  /** Something was committed. */
  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  /** Something is being written and may be committed soon. */
  attend(): void {
    this.#attentiveUntil = performance.now() + ATTENTION_MILLISECONDS
  }

  /** Seals what is pending and makes `run` return. */
  close(): void {
    this.#closing = true
    this.#wake?.()
  }

  /** @param known where the last life of this process's sealer stopped publishing. @throws whatever ended this life. */
  async run(known: TreeView | undefined): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#parts.url,
      application_name: 'annals sealer',
      // The statements are few and always alike, and the queue's statistics are always stale.
      options:
        '-c timezone=UTC -c synchronous_commit=on -c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan',
    })
    let lost: Error | undefined
    client.on('error', (error) => {
      lost = error
      this.#wake?.()
    })
    try {
      await client.connect()
      const follower = new Follower(client, this.#parts, known)
      for (let follows = false; !(await isLocked(client)); follows = true) {
        if (!follows) this.#parts.entered('standby')
        if (this.#closing) return
        await follower.follow()
        await this.#sleep(STANDBY_MILLISECONDS)
        if (lost !== undefined) throw lost
      }
      await this.#seal(client, follower, () => lost)
    } finally {
      await client.end().catch(() => {})
    }
  }

  async #seal(client: pg.Client, follower: Follower, lost: () => Error | undefined): Promise<void> {
    const { names, origin, keys, publish, atStage, beatMilliseconds } = this.#parts
    const { tree, head } = await loadCheckedTree(client, origin)
    if (head !== undefined) await follower.announce(head, tree.view())
    const rotatedKindNo = await names.kindNo('journal.key_rotated')
    if (tree.size === 0) await this.#writeGenesis(client)
    const key = await keys.read(keyInForce(await keyHistory(client, names, origin)))
    const partitions = await partitionCount(client)
    let countingFailed: Error | undefined
    await using counting = await Counting.open(this.#parts.url, (error) => {
      countingFailed = error
      this.#wake?.()
    })
    const sealing = new Sealing({
      client,
      tree,
      origin,
      keys,
      key,
      rotatedKindNo,
      partitions,
      atStage,
    })
    this.#parts.entered('sealing')
    this.#poked = true

    let lastSealed = Number.NEGATIVE_INFINITY
    let lastSwept = performance.now()
    let lastCounted = performance.now()
    for (;;) {
      const error = lost() ?? countingFailed
      if (error !== undefined) throw error
      const now = performance.now()
      const sweep = this.#closing || now - lastSwept >= this.#parts.sweepMilliseconds
      if (sweep) lastSwept = now
      const looked = this.#poked
      this.#poked = false
      const found = (sweep && (await sealing.hasStragglers())) || looked || (await sealing.hasPending())
      let more = false
      if (found) {
        lastSealed = performance.now()
        const sealed = await sealing.seal()
        if (sealed !== undefined) {
          publish(sealed.head, sealed.view)
          await atStage?.('published')
          more = sealed.full || this.#closing
        }
      }
      const untold = performance.now() - lastCounted
      if (untold >= (more ? FLOOD_COUNT_MILLISECONDS : COUNT_MILLISECONDS)) {
        counting.begin(tree.size)
        lastCounted = performance.now()
      }
      if (sweep && !this.#closing) {
        const sealed = await sealing.truncateIfLarge(this.#parts.queueLimitBytes)
        if (sealed !== undefined) publish(sealed.head, sealed.view)
      }
      if (more) this.#poked = true
      else if (this.#closing && sweep && !this.#poked) break
      else await this.#pause(lastSealed, beatMilliseconds)
    }
    await counting.finish(tree.size)
  }

  /** Sleeps until there is a reason to look: a poke, but a beat after the last sealing at the earliest; or the next poll. */
  async #pause(lastSealed: number, beat: number): Promise<void> {
    const attentive = performance.now() < this.#attentiveUntil
    if (!this.#poked) await this.#sleep(attentive ? beat : beat * 4)
    const early = lastSealed + beat - performance.now()
    if (early > 0) await this.#sleep(early, false)
  }

  async #sleep(milliseconds: number, wakeable = true): Promise<void> {
    if (this.#closing) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      if (!wakeable) return
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  /** The first entry names the journal and its key. Its id is below every writer's, so it is sealed first. */
  async #writeGenesis(client: pg.Client): Promise<void> {
    const { origin, keys, names } = this.#parts
    const { rows } = await client.query('select from journal_pending where id = 0')
    if (rows.length > 0) return
    const { key } = await keys.createOrAdopt()
    const at = new Date()
    const actor = system('Annals')
    const body = entryBody({ kind: 'journal.opened', at, actor, data: { origin, key } })
    await client.query(
      `insert into journal_pending (id, at, kind_no, actor_no, body) overriding system value values (0, $1, $2, $3, $4)`,
      [at, await names.kindNo('journal.opened'), await names.refNo(actor.id), body],
    )
  }
}

/** One sealer at a time, over all processes; the migrations hold (7300, 1). */
async function isLocked(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(7300, 2) as locked')
  return rows[0]!.locked
}

/** Follows what another process seals, so that this one answers and announces the same. */
class Follower {
  readonly #client: pg.Client
  readonly #parts: SealerParts
  #size: number | undefined
  #tree: TileTree | undefined

  constructor(client: pg.Client, parts: SealerParts, known: TreeView | undefined) {
    this.#client = client
    this.#parts = parts
    this.#size = known?.size
  }

  async follow(): Promise<void> {
    const head = await lastCheckpoint(this.#client)
    if (head === undefined || head.size === this.#size) return
    this.#tree ??= await loadTree(this.#client, head.size)
    if (this.#tree.size < head.size) {
      this.#tree.append((await sealedRows(this.#client, this.#tree.size, head.size)).leafHashes())
    }
    const view = this.#tree.view()
    if (!equal(view.root, head.root)) {
      throw new JournalDamaged(`the root over ${head.size} entries is not the one that was signed`)
    }
    await this.announce(head, view)
  }

  /** The first time, what was sealed before is not news: only the head is published. */
  async announce(head: Head, view: TreeView): Promise<void> {
    if (head.size === this.#size) return
    const from = this.#size ?? head.size
    const rows = await sealedRows(this.#client, from, head.size)
    this.#size = head.size
    this.#parts.publish({ ...head, from, entries: () => rows.entries() }, view)
  }
}
