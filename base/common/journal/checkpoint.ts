import { fromBase64, HASH_BYTES, toBase64 } from './bytes.ts'
import { type Note, parseNote } from './note.ts'

/** The head of a journal: what a checkpoint's note says. https://c2sp.org/tlog-checkpoint */
export interface Checkpoint {
  /** `annals/<journal id>` */
  readonly origin: string
  /** How many entries. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

export const originOf = (journalId: string): string => `annals/${journalId}`

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

/** @throws Error on anything but the three lines this product writes. */
export function parseCheckpointText(text: string): Checkpoint {
  const lines = text.split('\n')
  if (lines.length !== 4 || lines[3] !== '') throw new Error('not a checkpoint: it does not have three lines')
  const [origin, size, root] = lines as [string, string, string, string]
  if (origin === '' || /\s/.test(origin)) throw new Error('not a checkpoint: its origin is malformed')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new Error('not a checkpoint: its size is not a number')
  }
  const bytes = fromBase64(root)
  if (bytes.length !== HASH_BYTES) throw new Error('not a checkpoint: its root is not 32 bytes long')
  return { origin, size: Number(size), root: bytes }
}

/** A note read as a checkpoint. Says nothing about who signed it. @throws Error when it is not one. */
export function parseCheckpoint(note: string): Checkpoint & { readonly note: Note } {
  const parsed = parseNote(note)
  return { ...parseCheckpointText(parsed.text), note: parsed }
}

/** Splits a file of notes, one after another with an empty line between, such as agents keep. Text between is refused by the parser. */
export function splitNotes(file: string): string[] {
  const notes: string[] = []
  let lines: string[] = []
  let signed = false
  for (const line of file.replaceAll('\r\n', '\n').split('\n')) {
    const signature = line.startsWith('\u2014 ')
    if (signed && !signature) {
      notes.push(`${lines.join('\n')}\n`)
      lines = []
      signed = false
      if (line === '') continue
    }
    if (line === '' && lines.length === 0) continue
    lines.push(line)
    signed ||= signature
  }
  while (lines.at(-1) === '') lines.pop()
  if (lines.length > 0) notes.push(`${lines.join('\n')}\n`)
  return notes
}
