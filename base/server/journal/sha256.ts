import { hash } from 'node:crypto'
import type { Sha256 } from '../../common/journal/bytes.ts'
import { treeHash } from '../../common/journal/merkle.ts'

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

/** Entirely synchronous, so one scratch buffer inside it serves everybody in this thread. */
export const hashing = treeHash(sha256)
