import { useQuery } from '@tanstack/react-query'
import { Terminal } from '@xterm/xterm'
import { useEffect, useState } from 'react'
import { fromBase64 } from '../../../../base/common/journal/bytes.ts'
import { PieceReader, PieceTrack, readVarints } from '../../common/piece.ts'
import type { RecordingFrame } from '../../common/recording.ts'
import { recordings } from '../client.ts'
import { screenText } from '../screen/open-screen.ts'
import { boundedSize, ScreenQueue } from '../screen/screen-queue.ts'
import { position } from './clock-words.ts'

const SETTLE_MILLISECONDS = 140
/** Moments this close show one picture: about what two pixels of the time line are. */
const STEPS = 400

/** The text of a screen at a moment. */
async function textOf(frame: RecordingFrame, milliseconds: number): Promise<string> {
  if (frame.removed !== null) return '\n  Removed: nothing is kept of this moment.\n'
  const { columns, rows } = boundedSize(frame.columns, frame.rows)
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback: 0,
    allowProposedApi: true,
    logLevel: 'off',
  })
  const queue = new ScreenQueue(terminal)
  queue.write(new TextEncoder().encode(frame.screen))
  const reader = new PieceReader({ at: frame.milliseconds, offset: frame.pieces.from })
  for (const { track, at, content } of reader.read(fromBase64(frame.pieces.bytes))) {
    if (at > milliseconds) break
    if (track === PieceTrack.output) queue.write(content)
    if (track === PieceTrack.resize) {
      const [toColumns, toRows] = readVarints(content, 2)
      queue.resize(toColumns!, toRows!)
    }
  }
  await new Promise<void>((resolve) => queue.act(resolve))
  const text = screenText(terminal)
  terminal.dispose()
  return text
}

interface Props {
  readonly id: string
  readonly length: number
  /** Where the pointer is. */
  readonly at: number
  /** The same in hundredths of the width. */
  readonly percent: number
}

/** What stood on the screen where the pointer is, small. */
export function Preview({ id, length, at, percent }: Props) {
  const step = Math.max(1, Math.round(length / STEPS))
  const near = Math.min(length, Math.round(at / step) * step)
  const [settled, setSettled] = useState<number | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(near), SETTLE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [near])
  const { data } = useQuery({
    queryKey: ['recording.preview', id, settled],
    queryFn: async ({ signal }) =>
      textOf(await recordings.read('recording.frame', { id, milliseconds: settled! }, signal), settled!),
    enabled: settled !== null,
    placeholderData: (before) => before,
    gcTime: 30_000,
    staleTime: 30_000,
    retry: false,
  })
  const lines = (data ?? '').split('\n')
  const wide = Math.max(40, ...lines.map((line) => line.length))
  return (
    <div
      className="preview"
      aria-hidden="true"
      style={{ left: `clamp(130px, ${percent}%, calc(100% - 130px))` }}
    >
      <pre style={{ fontSize: `${Math.min(6, 236 / (wide * 0.6))}px` }}>{lines.slice(-40).join('\n')}</pre>
      <span className="num">{position(at, length)}</span>
    </div>
  )
}
