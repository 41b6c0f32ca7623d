import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { asRefused, Refused } from '../../../../base/web/client/refused.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'
import type { TerminalCommand } from '../../common/recording.ts'
import { position } from './clock-words.ts'
import type { Commands } from './use-commands.ts'
import '../list/websh.css'
import './command-list.css'

interface Props {
  readonly commands: Commands
  /** Where the replay stands, in milliseconds; null where there is none. */
  readonly at: number | null
  readonly onOpen: (command: TerminalCommand) => void
  /** How many are shown at first. */
  readonly most?: number
}

/** The command the replay is in: the last one that began. */
export const currentCommand = (items: readonly TerminalCommand[], at: number): number =>
  items.findLastIndex(({ seconds }) => seconds * 1000 <= at)

/** What a person ran, each line leading to its moment. */
export function CommandList({ commands, at, onOpen, most }: Props) {
  const { items, complete, isCut, error, isPending } = commands
  const [isWhole, setWhole] = useState(false)
  const list = useRef<HTMLOListElement>(null)
  const current = at === null ? -1 : currentCommand(items, at)
  useEffect(() => {
    if (current >= 0) list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current])
  // Who may watch a terminal that is live need not see its record; nor does one that never started have one.
  if (error instanceof Refused && error.status === 404) return null
  const shown = most === undefined || isWhole ? items : items.slice(0, most)
  const length = (items.at(-1)?.seconds ?? 0) * 1000
  return (
    <>
      <h2 className="side-h">
        Commands <span className="faint num">{isPending ? '' : count(items.length)}</span>
        {!complete && error === null && !isPending && (
          <span className="faint working" role="status">
            still being worked out
          </span>
        )}
      </h2>
      {error !== null && (
        <p className="tone-fail" role="alert">
          <VisibleText text={asRefused(error).message} />
        </p>
      )}
      {complete && items.length === 0 && error === null && <p className="faint">Nothing was run.</p>}
      <ol className="cmdlist" ref={list}>
        {shown.map((command, index) => (
          <li key={command.no}>
            <button
              type="button"
              aria-current={index === current ? 'step' : undefined}
              className={at !== null && command.seconds * 1000 > at ? 'ahead' : undefined}
              onClick={() => onOpen(command)}
            >
              <span className="num faint">{position(command.seconds * 1000, length)}</span>
              <code className="clip2">
                <VisibleText text={command.text} />
              </code>
              <Exit command={command} />
              <Doubt command={command} />
            </button>
          </li>
        ))}
      </ol>
      {shown.length < items.length && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          All {count(items.length)}
        </Button>
      )}
      {isCut && <p className="faint">The first {count(items.length)} are shown; search finds the others.</p>}
    </>
  )
}

const Exit = ({ command: { exitCode } }: { command: TerminalCommand }) =>
  exitCode === undefined ? (
    <span />
  ) : (
    <span className={exitCode === 0 ? 'num faint' : 'num tone-fail'}>exit {exitCode}</span>
  )

const sources = {
  integration: 'told by the shell',
  screen: 'read from the screen',
  both: '',
} as const

/** How it is known, where that is less than both sources agreeing. */
function Doubt({ command }: { command: TerminalCommand }) {
  const words = [
    command.kind === 'repl' ? 'in a program' : '',
    command.shellDepth !== undefined && command.shellDepth > 1 ? `shell ${command.shellDepth} deep` : '',
    sources[command.source],
    command.moment === 'removed' ? 'cannot be replayed, its moment was removed' : '',
  ].filter((word) => word !== '')
  if (words.length === 0 && command.disagreement === undefined) return null
  return (
    <span className="doubt">
      <span className="faint">{words.join(', ')}</span>
      {command.disagreement !== undefined && (
        <span className="tone-wait">
          The screen showed <VisibleText text={command.disagreement} className="mono" />
        </span>
      )}
    </span>
  )
}
