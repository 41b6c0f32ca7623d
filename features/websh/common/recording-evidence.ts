import { asObject } from '../../../base/common/journal/body.ts'
import { fromBase64, toHex } from '../../../base/common/journal/bytes.ts'
import {
  EvidenceDamaged,
  guarded,
  numberOf,
  type SignedHead,
  type Trust,
} from '../../../base/common/journal/evidence.ts'
import { checkProof } from '../../../base/common/journal/proof.ts'
import { removedIn, segmentWords } from './removed-segments.ts'

/**
 * A recording as a file that proves itself: one JSON value a line.
 *
 * 1. the header;
 * 2. for each entry of the journal that holds hashes, in order: `{"proof": "<the answer of journal.proof as JSON>"}`, and
 *    behind it each of its segments: `{"segment": <number>, "bytes": "<base64>"}`;
 * 3. `{"closed": "<proof of the entry that closed it>"}`, or null while it goes on;
 * 4. `{"end": {"segments": <count>, "bytes": <count>}}`: a file without this line was cut.
 *
 * The bytes of all segments, one after another, are the piece stream (piece.ts).
 *
 * Version 2 is of a recording segments were removed from. In place of bytes such a segment has `"removed": true`, and behind
 * line 3 follows for each entry that says so `{"removal": "<proof>"}`. `end` counts what was removed too.
 */
export interface RecordingEvidenceHeader {
  readonly recording: 'annals-recording'
  readonly version: 1 | 2
  readonly terminalId: string
  readonly startedAt: string
  readonly columns: number
  readonly rows: number
}

export interface CheckedRecording {
  readonly head: SignedHead
  readonly terminalId: string
  readonly entries: number
  /** All there were, and how many of them have bytes here that were checked. */
  readonly segments: number
  readonly verified: number
  /** Those that are here. */
  readonly bytes: number
  /** How it ended; undefined: it was still going on. */
  readonly closed: string | undefined
  /** What is not here, by the entries that say so. */
  readonly removed: readonly RemovedSegments[]
}

/** What one entry says was removed. */
export interface RemovedSegments {
  readonly entry: number
  readonly at: string
  readonly why: string
  /** Numbers of segments, ascending. */
  readonly segments: readonly number[]
}

/** A segment has at most 64 KiB and a proof not much more: what is longer is refused unread. */
export const RECORDING_LINE_LIMIT = 1_000_000

interface Expected {
  readonly no: number
  readonly startOffset: number
  readonly length: number
  readonly sha256: string
}

/** Reads the file line by line, with one segment in memory. Every method throws EvidenceDamaged. */
export class RecordingEvidenceReader {
  readonly #trust: Trust
  #header: RecordingEvidenceHeader | undefined
  #head: SignedHead | undefined
  #origin: string | undefined
  #expected: Expected[] = []
  #entries = 0
  #lastSequence = -1
  #segments = 0
  #bytes = 0
  #closed: Record<string, unknown> | null | undefined
  /** Segments without bytes that no entry has accounted for yet. */
  readonly #unaccounted = new Map<number, Expected>()
  readonly #removed: RemovedSegments[] = []
  #bytesRemoved = 0
  #isDone = false

  constructor(trust: Trust) {
    this.#trust = trust
  }

  line(text: string): void {
    if (text.length > RECORDING_LINE_LIMIT) throw new EvidenceDamaged('a line is too long')
    const value = guarded(() => asObject('a line', JSON.parse(text)))
    if (this.#isDone) throw new EvidenceDamaged('there is more after the end')
    if (this.#header === undefined) this.#readHeader(value)
    else if ('proof' in value) this.#readProof(value['proof'])
    else if ('segment' in value) this.#readSegment(value)
    else if ('closed' in value) this.#readClosed(value['closed'])
    else if ('removal' in value) this.#readRemoval(value['removal'])
    else if ('end' in value) this.#readEnd(value['end'])
    else throw new EvidenceDamaged('a line is none of a recording')
  }

  finish(): CheckedRecording {
    if (!this.#isDone) throw new EvidenceDamaged('the file was cut: its last line is missing')
    if (this.#head === undefined) throw new EvidenceDamaged('there is no entry of the journal in it')
    return {
      head: this.#head,
      terminalId: this.#header!.terminalId,
      entries: this.#entries,
      segments: this.#segments,
      verified: this.#segments - this.#removed.reduce((sum, { segments }) => sum + segments.length, 0),
      bytes: this.#bytes - this.#bytesRemoved,
      removed: this.#removed,
      closed: this.#closed ? String(this.#closed['how']) : undefined,
    }
  }

  #readHeader(value: Record<string, unknown>) {
    if (value['recording'] !== 'annals-recording' || (value['version'] !== 1 && value['version'] !== 2))
      throw new EvidenceDamaged('not a recording of version 1 or 2')
    if (typeof value['terminalId'] !== 'string') throw new EvidenceDamaged('the header names no terminal')
    this.#header = value as unknown as RecordingEvidenceHeader
  }

  #readProof(proof: unknown) {
    if (this.#expected.length > 0) throw new EvidenceDamaged(`segment ${this.#expected[0]!.no} is missing`)
    const { data } = this.#checkEntry(proof, 'recording.segments')
    const from = numberOf('its first segment', data['from'])
    let startOffset = numberOf('its offset', data['startOffset'])
    if (from !== this.#segments)
      throw new EvidenceDamaged(
        `segments ${this.#segments} to ${from - 1} are missing: entry ${this.#lastSequence} begins with ${from}`,
        this.#lastSequence,
      )
    if (startOffset !== this.#bytes)
      throw new EvidenceDamaged(`entry ${this.#lastSequence} begins at another byte`, this.#lastSequence)
    const segments = data['segments']
    if (!Array.isArray(segments)) throw new EvidenceDamaged('an entry has no segments', this.#lastSequence)
    for (const [index, item] of segments.entries()) {
      const segment = guarded(() => asObject('a segment', item))
      const length = numberOf('its length', segment['length'])
      this.#expected.push({ no: from + index, startOffset, length, sha256: String(segment['sha256']) })
      startOffset += length
    }
  }

  #readSegment(value: Record<string, unknown>) {
    const expected = this.#expected.shift()
    if (expected === undefined || value['segment'] !== expected.no)
      throw new EvidenceDamaged(
        expected === undefined
          ? `segment ${String(value['segment'])} stands behind no entry that holds its hash`
          : `segment ${expected.no} is missing: ${String(value['segment'])} stands in its place`,
        this.#lastSequence,
      )
    this.#segments = expected.no + 1
    this.#bytes += expected.length
    if (value['removed'] === true) {
      this.#unaccounted.set(expected.no, expected)
      this.#bytesRemoved += expected.length
      return
    }
    const bytes = guarded(() => fromBase64(String(value['bytes'])))
    if (bytes.length !== expected.length || toHex(this.#trust.sha256(bytes)) !== expected.sha256)
      throw new EvidenceDamaged(
        `segment ${expected.no} was changed: its bytes do not have the hash that entry ${this.#lastSequence} holds`,
        this.#lastSequence,
      )
  }

  #readClosed(proof: unknown) {
    if (this.#closed !== undefined) throw new EvidenceDamaged('it was closed twice')
    if (this.#expected.length > 0) throw new EvidenceDamaged(`segment ${this.#expected[0]!.no} is missing`)
    if (proof === null) {
      this.#closed = null
      return
    }
    const { data } = this.#checkEntry(proof, 'recording.closed')
    if (data['segments'] !== this.#segments || data['bytes'] !== this.#bytes)
      throw new EvidenceDamaged(
        `the recording was closed with ${String(data['segments'])} segments and ${String(data['bytes'])} bytes; here are ${this.#segments} and ${this.#bytes}`,
        this.#lastSequence,
      )
    this.#closed = data
  }

  #readRemoval(proof: unknown) {
    if (this.#closed === undefined) throw new EvidenceDamaged('a removal stands before its end')
    const { data, at, sequence } = this.#checkEntry(proof, 'recording.segments_removed')
    const removed = removedIn(data)
    for (const { no, length, sha256 } of removed) {
      const expected = this.#unaccounted.get(no)
      if (expected === undefined)
        throw new EvidenceDamaged(
          no < this.#segments
            ? `entry ${sequence} says that segment ${no} was removed, and here it is`
            : `entry ${sequence} says that segment ${no} was removed, which there never was`,
          sequence,
        )
      if (expected.length !== length || expected.sha256 !== sha256)
        throw new EvidenceDamaged(`entry ${sequence} removed another segment ${no}`, sequence)
      this.#unaccounted.delete(no)
    }
    this.#removed.push({
      ...{ entry: sequence, at, why: String(data['why']) },
      segments: removed.map(({ no }) => no).sort((one, other) => one - other),
    })
  }

  #readEnd(value: unknown) {
    if (this.#closed === undefined)
      throw new EvidenceDamaged('it does not say whether the recording was closed')
    const missing = [...this.#unaccounted.keys()]
    if (missing.length > 0)
      throw new EvidenceDamaged(
        `${segmentWords(missing)} missing, and no entry of the journal says that ${missing.length === 1 ? 'it was' : 'they were'} removed`,
        this.#lastSequence,
      )
    const end = guarded(() => asObject('the end', value))
    if (end['segments'] !== this.#segments || end['bytes'] !== this.#bytes)
      throw new EvidenceDamaged('the last line counts otherwise')
    this.#isDone = true
  }

  /** @returns what an entry of this kind about this terminal says, in the order of the journal */
  #checkEntry(proof: unknown, kind: string): { data: Record<string, unknown>; at: string; sequence: number } {
    if (typeof proof !== 'string') throw new EvidenceDamaged('a proof is no text')
    const { head, sequence, body } = checkProof(proof, this.#trust)
    if (this.#origin !== undefined && head.origin !== this.#origin)
      throw new EvidenceDamaged(`entry ${sequence} is of another journal`, sequence)
    if (sequence <= this.#lastSequence)
      throw new EvidenceDamaged(`entry ${sequence} stands out of order`, sequence)
    const entry = guarded(() => asObject('an entry', JSON.parse(body)))
    const subject = guarded(() => asObject('its subject', entry['subject']))
    if (entry['kind'] !== kind || subject['id'] !== this.#header!.terminalId)
      throw new EvidenceDamaged(`entry ${sequence} is not about this recording`, sequence)
    this.#origin = head.origin
    this.#head = head
    this.#lastSequence = sequence
    this.#entries++
    return { data: guarded(() => asObject('its data', entry['data'])), at: String(entry['at']), sequence }
  }
}
