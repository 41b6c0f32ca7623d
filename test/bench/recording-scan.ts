import type { OpenDatabase } from '../../base/server/database.ts'
import { ShownText } from '../../features/websh/server/recording/search/shown-text.ts'
import { fold } from '../../features/websh/server/recording/search/signature.ts'

/** What reading all of the text finds of one needle. */
export interface Scanned {
  /** Lines that hold it. */
  readonly lines: number
  /** The newest of them, as terminal, millisecond and row. */
  readonly newest: readonly string[]
}

const NEWEST_MAX = 100
const TEXTS_READ = 200
const FIRST = 4
const TABLE = 1 << 20

/** Reads all text that is kept for search once, newest first, for all these needles. */
export async function scanAll(
  { pool }: Pick<OpenDatabase, 'pool'>,
  texts: readonly string[],
): Promise<{ readonly characters: number; readonly scanned: readonly Scanned[] }> {
  const needles = texts.map(fold)
  const found = needles.map(() => ({ lines: 0, newest: [] as string[] }))
  const byFirst = new Map<number, number[]>()
  const isFirst = new Uint8Array(TABLE)
  for (const [index, needle] of needles.entries()) {
    if (needle.length < FIRST) continue
    const key = keyAt(needle, 0)
    isFirst[key] = 1
    byFirst.set(key, [...(byFirst.get(key) ?? []), index])
  }
  const short = needles.flatMap((needle, index) => (needle.length < FIRST ? [index] : []))
  let characters = 0
  for (let before: [string, number] = ['ffffffff-ffff-ffff-ffff-ffffffffffff', 0]; ; ) {
    const { rows } = await pool.query<{ terminal_id: string; segment_no: number; shown: Buffer }>(
      `select terminal_id, segment_no, shown from recording_text where (terminal_id, segment_no) < ($1, $2)
        order by terminal_id desc, segment_no desc limit ${TEXTS_READ}`,
      before,
    )
    if (rows.length === 0) break
    before = [rows.at(-1)!.terminal_id, rows.at(-1)!.segment_no]
    for (const row of rows) {
      const shown = new ShownText(row.shown)
      const text = fold(shown.text)
      characters += text.length
      const lines = new Map<number, number[]>()
      const hit = (index: number, line: number) => {
        const known = lines.get(index)
        if (known === undefined) lines.set(index, [line])
        else if (known.at(-1) !== line) known.push(line)
      }
      for (let at = 0, line = 0; at < text.length; at++) {
        if (text.charCodeAt(at) === 10) line++
        if (at + FIRST > text.length) continue
        const key = keyAt(text, at)
        if (isFirst[key] === 0) continue
        for (const index of byFirst.get(key)!) if (text.startsWith(needles[index]!, at)) hit(index, line)
      }
      const each = short.length > 0 ? text.split('\n') : []
      for (const index of short)
        for (let line = 0; line < each.length; line++)
          if (each[line]!.includes(needles[index]!)) hit(index, line)
      const when = lines.size > 0 ? shown.when() : []
      for (const [index, all] of lines) {
        const { newest } = found[index]!
        found[index]!.lines += all.length
        for (const line of all.toReversed().slice(0, NEWEST_MAX - newest.length))
          newest.push(`${row.terminal_id} ${when[line]!.milliseconds} ${when[line]!.row}`)
      }
    }
  }
  return { characters, scanned: found }
}

const keyAt = (text: string, at: number) =>
  (Math.imul(
    text.charCodeAt(at) * 29_791 +
      text.charCodeAt(at + 1) * 961 +
      text.charCodeAt(at + 2) * 31 +
      text.charCodeAt(at + 3),
    0x9e3779b1,
  ) >>>
    12) &
  (TABLE - 1)
