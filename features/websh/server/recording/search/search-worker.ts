import { parentPort } from 'node:worker_threads'
import { type FoundLine, findLines } from './find-lines.ts'

/** Texts of segments, newest first, one after another in `bytes`. */
export interface FindAsk {
  readonly ask: number
  /** Folded. */
  readonly needle: string
  readonly bytes: Uint8Array
  readonly lengths: readonly number[]
  /** Of the first segment only lines with a smaller number. */
  readonly beforeLine: number
  /** Lines wanted; of what comes behind them nothing is unpacked. */
  readonly limit: number
}

export interface FindAnswer {
  readonly ask: number
  /** For each segment looked into. */
  readonly found: readonly (readonly FoundLine[])[]
}

function find({ ask, needle, bytes, lengths, beforeLine, limit }: FindAsk): FindAnswer {
  const found: FoundLine[][] = []
  let wanted = limit
  let at = 0
  for (const [index, length] of lengths.entries()) {
    if (wanted === 0) break
    const before = index === 0 ? beforeLine : Number.MAX_SAFE_INTEGER
    const lines = findLines(bytes.subarray(at, at + length), needle, before, wanted)
    found.push(lines)
    wanted -= lines.length
    at += length
  }
  return { ask, found }
}

parentPort!.on('message', (ask: FindAsk) => {
  try {
    parentPort!.postMessage(find(ask))
  } catch (error) {
    parentPort!.postMessage({ ask: ask.ask, error: String(error) })
  }
})
