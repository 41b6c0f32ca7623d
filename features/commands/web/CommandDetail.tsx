import { useQuery } from '@tanstack/react-query'
import { asRefused } from '../../../base/web/client/refused.ts'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import type { CommandRow } from '../common/command.ts'
import { CommandActions } from './CommandActions.tsx'
import { CommandFacts } from './CommandFacts.tsx'
import { commands } from './client.ts'
import { OutputSheet } from './OutputSheet.tsx'
import { useOutput } from './use-output.ts'

interface Props {
  /** The row as the list has it; it says when there is something new to read. */
  readonly row: Pick<CommandRow, 'id'> & Partial<CommandRow>
  readonly tall?: boolean
}

/** A command, whole. */
export function CommandDetail({ row, tall = false }: Props) {
  const { data, error } = useQuery({
    ...commands.ask('command.read', { id: row.id }),
    // The row changes with each live message; what was read for an older state is read again.
    queryKey: ['command.read', { id: row.id }, row.state, row.entry?.sequence],
    placeholderData: (before) => (before?.id === row.id ? before : undefined),
  })
  const output = useOutput(row.id)
  if (error !== null && data === undefined)
    return (
      <p className="tone-fail" role="alert">
        <VisibleText text={asRefused(error).message} />
      </p>
    )
  if (data === undefined) return <div className="detail-room" aria-busy="true" />
  const { heard } = output
  const command = heard !== null && isNewer(heard, data) ? heard : data
  return (
    <div className={tall ? 'detail-body own-page' : 'detail-body'}>
      <OutputSheet command={command} output={output} tall={tall} />
      <div className="detail-side">
        <div className="full-line">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and must be reachable by keyboard */}
          <pre tabIndex={0}>
            <code>
              <VisibleText text={command.line} />
            </code>
          </pre>
          <Copy value={command.line} what="the line" />
        </div>
        <CommandFacts command={command} />
        <CommandActions command={command} />
      </div>
    </div>
  )
}

/** The live stream and a read can overtake each other: whichever knows more states, or more output, is newer. */
const isNewer = (left: { states: unknown[]; output: Sizes }, right: { states: unknown[]; output: Sizes }) =>
  left.states.length > right.states.length ||
  (left.states.length === right.states.length && total(left.output) >= total(right.output))

interface Sizes {
  readonly stdoutBytes: number
  readonly stderrBytes: number
}
const total = ({ stdoutBytes, stderrBytes }: Sizes) => stdoutBytes + stderrBytes
