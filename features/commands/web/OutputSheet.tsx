import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { IconDownload, IconExternalLink, IconTextWrap } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { downloadUrl } from '../../../base/web/client/http.ts'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { prefer, usePreferences } from '../../../base/web/preferences.ts'
import { count, size } from '../../../base/web/time.ts'
import type { CommandDetail, OutputPiece } from '../common/command.ts'
import { LogText } from './LogText.tsx'
import { OutputLines, type Stream } from './output-lines.ts'
import { States } from './States.tsx'
import type { Output } from './use-output.ts'
import './output.css'

interface Props {
  readonly command: CommandDetail
  readonly output: Output
  /** In the command's own page the sheet may be as tall as the window. */
  readonly tall: boolean
}

/** What a command printed, colours and nothing else obeyed, and when each of its states was reached. */
export function OutputSheet({ command, output, tall }: Props) {
  const { wrap } = usePreferences()
  const go = useGo()
  const [only, setOnly] = useState<Stream | null>(null)
  const { stdoutBytes, stderrBytes, downloadable, complete } = command.output
  const lines = useLines(output, only)
  const hasBoth = (stdoutBytes > 0 && stderrBytes > 0) || lines.streams.size > 1
  const download = downloadUrl('command.download', { id: command.id, stream: only ?? 'both' })
  return (
    <div className="sheet">
      <div className="sheet-head">
        <span>Output</span>
        <span className="faint num clip">
          {(output.isRead || lines.count > 0) && headWords(command.output, lines)}
        </span>
        <span className="push" />
        <span className="sheet-acts">
          {hasBoth && (
            <SegmentedControl
              size="xs"
              aria-label="Stream"
              value={only ?? 'both'}
              onChange={(value) => setOnly(value === 'both' ? null : (value as Stream))}
              data={[
                { value: 'both', label: 'Both' },
                { value: 'stdout', label: 'stdout' },
                { value: 'stderr', label: 'stderr' },
              ]}
            />
          )}
          <Tooltip label={wrap ? 'Do not wrap lines' : 'Wrap lines'}>
            <ActionIcon
              size={24}
              aria-label="Wrap lines"
              aria-pressed={wrap}
              onClick={() => prefer({ wrap: !wrap })}
            >
              <IconTextWrap size={14} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <Copy value={() => textOf(output.pieces, only)} what="output" />
          {downloadable && (
            <Tooltip label={`Download the exact bytes (${only ?? 'both streams'})`}>
              <ActionIcon size={24} component="a" href={download} download aria-label="Download the output">
                <IconDownload size={14} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          )}
          {!tall && (
            <Tooltip label="Open in its own page (O)">
              <ActionIcon
                size={24}
                aria-label="Open in its own page"
                onClick={() => go(`/commands/${command.id}`)}
              >
                <IconExternalLink size={14} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          )}
        </span>
      </div>
      {output.error !== null ? (
        <p className="sheet-note tone-fail" role="alert">
          The output could not be read. <VisibleText text={output.error.message} />
        </p>
      ) : lines.lines.length === 0 ? (
        <p className="sheet-note faint">{output.isRead ? emptyWords(command, only) : ' '}</p>
      ) : (
        <LogText
          lines={lines.lines}
          version={output.version}
          wrap={wrap}
          tall={tall}
          isLive={!complete}
          marksStreams={hasBoth && only === null}
        />
      )}
      <States command={command} />
    </div>
  )
}

function headWords(
  { stdoutBytes, stderrBytes, droppedBytes, complete }: CommandDetail['output'],
  lines: OutputLines,
) {
  const words = `${count(lines.count)} ${lines.count === 1 ? 'line' : 'lines'}${lines.isWhole ? '' : ' shown'}`
  if (!complete) return `${words} so far`
  const lost = droppedBytes > 0 ? `${size(droppedBytes)} kept nowhere` : 'nothing dropped'
  return `${words} · ${size(stdoutBytes + stderrBytes)} · ${lost}`
}

function emptyWords(command: CommandDetail, only: Stream | null): string {
  if (only !== null) return `Nothing was written to ${only}.`
  if (command.status === 'Scheduled' && command.runAfterId !== null)
    return 'Waiting for another command to succeed.'
  if (command.status === 'Scheduled')
    return command.scheduledAt === null
      ? `Waiting for ${command.serverName} to be ready.`
      : 'Waiting for its time.'
  if (command.status === 'Running') return 'Nothing printed yet.'
  if (command.status === 'Unresponsive') return 'No output, and nothing heard of it.'
  return command.startedAt === null ? 'It never ran, so it printed nothing.' : 'It printed nothing.'
}

/** Lines are built as pieces come; another choice of stream builds them anew. */
function useLines(output: Output, only: Stream | null): OutputLines {
  const { pieces, version } = output
  const reader = useMemo(() => ({ lines: new OutputLines(only), from: pieces, read: 0 }), [only, pieces])
  // The version says that the array has grown.
  useMemo(() => {
    for (; reader.read < pieces.length; reader.read++) reader.lines.push(pieces[reader.read]!)
  }, [reader, version])
  return reader.lines
}

const textOf = (pieces: readonly OutputPiece[], only: Stream | null): string =>
  pieces
    .map((piece) =>
      piece.kind === 'band'
        ? `\n[${piece.bytes} bytes not kept here]\n`
        : only === null || piece.stream === only
          ? piece.text
          : '',
    )
    .join('')
