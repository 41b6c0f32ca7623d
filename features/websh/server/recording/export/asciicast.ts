import { PieceTrack, type ReadPiece, readVarints } from '../../../common/piece.ts'
import type { Removed } from '../removal/stretches.ts'
import { removedWords } from './removed-words.ts'

export interface CastHeader {
  readonly columns: number
  readonly rows: number
  readonly startedAt: Date
  readonly durationMilliseconds: number
  readonly title: string
}

/**
 * Pieces as an asciicast. Bytes that are no UTF-8 cannot stand in one: they become U+FFFD, and only the evidence form keeps
 * them. Masked keys become a marker that says how many there were, and so does what was removed; the size behind that is a
 * resize, and the screen is left as it was.
 * @param version 2: times count from the start. 3: from the event before.
 */
export async function* asciicast(
  version: 2 | 3,
  header: CastHeader,
  pieces: AsyncIterable<readonly ReadPiece[] | Removed>,
): AsyncGenerator<Buffer> {
  yield line(version === 2 ? headerOf2(header) : headerOf3(header))
  const decoders = { o: new TextDecoder(), i: new TextDecoder() }
  let before = 0
  let at = 0
  const event = (code: string, data: string) => {
    const time = version === 2 ? at : at - before
    before = at
    return line([time / 1000, code, data])
  }
  for await (const group of pieces) {
    const lines: Buffer[] = []
    if ('why' in group) {
      // What a character began with is gone with its end.
      const cut = decoders.o.decode()
      decoders.i.decode()
      if (cut !== '') lines.push(event('o', cut))
      lines.push(event('m', removedWords(group)))
      at = group.toMilliseconds
      lines.push(event('r', `${group.columns}x${group.rows}`), event('m', 'what is kept goes on here'))
      yield Buffer.concat(lines)
      continue
    }
    for (const { track, at: milliseconds, content } of group) {
      at = milliseconds
      if (track === PieceTrack.output || track === PieceTrack.input) {
        const code = track === PieceTrack.output ? 'o' : 'i'
        const text = decoders[code].decode(content, { stream: true })
        if (text !== '') lines.push(event(code, text))
      }
      if (track === PieceTrack.resize) lines.push(event('r', readVarints(content, 2).join('x')))
      if (track === PieceTrack.masked) lines.push(event('m', `${readVarints(content, 1)[0]} keys masked`))
      if (track === PieceTrack.note) {
        const { exitCode, said, imported } = noteOf(content)
        if (imported !== undefined) lines.push(event(imported.code, imported.text))
        else
          lines.push(
            version === 3 && exitCode !== undefined ? event('x', String(exitCode)) : event('m', said),
          )
      }
    }
    yield Buffer.concat(lines)
  }
  const rest = decoders.o.decode()
  if (rest !== '') yield event('o', rest)
}

const headerOf2 = ({ columns, rows, startedAt, durationMilliseconds, title }: CastHeader) => ({
  version: 2,
  width: columns,
  height: rows,
  timestamp: Math.floor(startedAt.getTime() / 1000),
  duration: durationMilliseconds / 1000,
  title,
  env: { TERM: 'xterm-256color' },
})

const headerOf3 = ({ columns, rows, startedAt, title }: CastHeader) => ({
  version: 3,
  term: { cols: columns, rows, type: 'xterm-256color' },
  timestamp: Math.floor(startedAt.getTime() / 1000),
  title,
})

const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

interface Note {
  readonly exitCode?: number | undefined
  readonly said: string
  /** An event of the cast it was imported from, to be given back as it was. */
  readonly imported?: { readonly code: string; readonly text: string } | undefined
}

/** A note is what the agent wrote beside the bytes; whatever it says, the cast says it in words. */
function noteOf(content: Uint8Array): Note {
  try {
    const { note, ...rest } = JSON.parse(new TextDecoder().decode(content)) as Record<string, unknown>
    const code = rest['code'] ?? rest['exitCode']
    return {
      imported: note === 'cast' ? { code: String(code), text: String(rest['text']) } : undefined,
      exitCode: note === 'exit' && Number.isInteger(code) ? (code as number) : undefined,
      said: [
        String(note),
        ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
      ].join(' '),
    }
  } catch {
    return { said: 'a note that cannot be read' }
  }
}
