import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { BundleReader } from '../../base/common/journal/bundle.ts'
import { equal } from '../../base/common/journal/bytes.ts'
import { EvidenceDamaged, type SignedHead, type Trust } from '../../base/common/journal/evidence.ts'
import { checkProof } from '../../base/common/journal/proof.ts'
import { RecordingEvidenceReader } from '../../features/websh/common/recording-evidence.ts'
import { segmentNames } from '../../features/websh/common/removed-segments.ts'
import { CannotCheck } from './cannot-check.ts'
import { signatures } from './crypto.ts'
import type { Pinned } from './keys.ts'
import type { Damage, Outcome } from './outcome.ts'
import type { Remembered } from './remembered.ts'

export interface FileCheck {
  readonly file: string
  readonly pinned: Pinned
  readonly remembered: readonly Remembered[]
}

interface Checked {
  readonly head: SignedHead
  readonly what: readonly string[]
  readonly entries: number
}

/** Checks a bundle of entries. @throws CannotCheck when the file cannot be read. */
export const checkBundleFile = (ask: FileCheck): Promise<Outcome> =>
  checkFile(ask, async (trust) => {
    const reader = new BundleReader(trust)
    const lines = createInterface({ input: createReadStream(ask.file), crlfDelay: Number.POSITIVE_INFINITY })
    for await (const line of lines) reader.line(line)
    const { head, from, to } = reader.finish()
    return {
      head,
      entries: to - from,
      what: [`${to - from} entries, ${from} to ${to - 1}: text, numbers, and their place in the tree`],
    }
  })

/** Checks the proof of one entry. @throws CannotCheck when the file cannot be read. */
export const checkProofFile = (ask: FileCheck): Promise<Outcome> =>
  checkFile(ask, async (trust) => {
    const { head, sequence } = checkProof(await readFile(ask.file, 'utf8'), trust)
    return { head, entries: 1, what: [`Entry ${sequence}: its text, and its place in the tree`] }
  })

/** Checks the recording of a terminal. @throws CannotCheck when the file cannot be read. */
export const checkRecordingFile = (ask: FileCheck): Promise<Outcome> =>
  checkFile(ask, async (trust) => {
    const reader = new RecordingEvidenceReader(trust)
    const lines = createInterface({ input: createReadStream(ask.file), crlfDelay: Number.POSITIVE_INFINITY })
    for await (const line of lines) reader.line(line)
    const { head, terminalId, entries, segments, verified, bytes, closed, removed } = reader.finish()
    const ending = closed === undefined ? 'it was still going on' : `it ended ${closed}`
    const count = removed.length === 0 ? `${segments}` : `${verified} of ${segments}`
    return {
      head,
      entries,
      what: [
        `The recording of terminal ${terminalId}: ${count} segments verified, ${bytes} bytes, each with the hash in the journal; ${ending}`,
        ...removed.map(
          (each) =>
            `Removed on ${each.at}, hashes kept: ${segmentNames(each.segments)}, as entry ${each.entry} says: ${each.why}`,
        ),
      ],
    }
  })

async function checkFile(ask: FileCheck, check: (trust: Trust) => Promise<Checked>): Promise<Outcome> {
  const began = performance.now()
  const { keys: pinned, sources } = ask.pinned
  const seconds = () => (performance.now() - began) / 1000
  try {
    const { head, what, entries } = await check({ ...signatures, pinned })
    const checked = [
      `Journal ${head.origin}`,
      ...sources.map((source) => `Trusted key: ${source}`),
      ...what,
      `The checkpoint of ${head.size} entries: signature and root, signed by ${head.signer}`,
    ]
    const warnings =
      pinned.length > 0
        ? []
        : [
            `No key was pinned: ${head.signer} is taken from the file itself. Compare it with the one you were given, or pass it with --key.`,
          ]
    return { checked, warnings, damage: compareRemembered(head, ask.remembered), entries, seconds: seconds() }
  } catch (error) {
    if (!(error instanceof EvidenceDamaged)) {
      throw new CannotCheck(`${ask.file} cannot be read: ${(error as Error).message}`, { cause: error })
    }
    const damage: Damage = { kind: 'range', from: error.sequence, why: error.message }
    return { checked: [], warnings: [], damage: [damage], entries: 0, seconds: seconds() }
  }
}

/** A file has one root: only a head of the very same size can be compared with it. */
function compareRemembered(head: SignedHead, remembered: readonly Remembered[]): Damage[] {
  return remembered.flatMap(({ origin, size, root, file }): Damage[] => {
    if (origin !== head.origin) throw new CannotCheck(`${file} is of another journal: ${origin}`)
    if (size !== head.size || equal(root, head.root)) return []
    return [
      { kind: 'rewritten', from: undefined, why: `${file} remembers another journal of ${size} entries` },
    ]
  })
}
