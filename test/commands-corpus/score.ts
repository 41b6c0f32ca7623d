import type { RecordedEvent } from '../../features/websh/common/recorded-event.ts'
import { CommandReader, type RunCommand } from '../../features/websh/server/command-record/index.ts'
import type { Driven } from './drive.ts'
import { asCast, asLive } from './record.ts'

/** How the recording came: from a terminal of ours, with its shell's marks or without, or as a cast made elsewhere. */
export type Way = 'live, marked' | 'live' | 'cast' | 'cast, output only'

export interface Score {
  readonly right: number
  /** Ran and not listed. */
  readonly missed: readonly string[]
  /** Listed and not run. */
  readonly wrong: readonly string[]
  readonly commands: readonly RunCommand[]
}

/** Blanks at the end of a line show nowhere; nothing else is forgiven. */
const comparable = (text: string): string => text.replace(/[ \t]+$/gm, '').trimEnd()

/** The ways a session can be read. */
export const waysOf = ({ nonce }: Driven): Way[] =>
  nonce === undefined ? ['live', 'cast'] : ['live, marked']

const eventsOf = (driven: Driven, way: Way): readonly RecordedEvent[] =>
  way.startsWith('live') ? asLive(driven) : asCast(driven, way === 'cast')

export function readCommands(driven: Driven, way: Way): RunCommand[] {
  const { cols, rows, nonce } = driven
  const events = eventsOf(driven, way)
  const reader = new CommandReader({ cols, rows, nonce: way === 'live, marked' ? nonce : undefined })
  const commands: RunCommand[] = []
  for (const event of events) {
    reader.feed(event)
    commands.push(...reader.take())
  }
  commands.push(...reader.finish())
  return commands
}

/** Compares what the reader lists with what ran, each text as often as it ran. */
export function score(driven: Driven, way: Way): Score {
  const commands = readCommands(driven, way)
  const missed = driven.ran.map(comparable)
  const wrong: string[] = []
  let right = 0
  for (const { text } of commands) {
    const at = missed.indexOf(comparable(text))
    if (at < 0) wrong.push(text)
    else {
      missed.splice(at, 1)
      right++
    }
  }
  return { right, missed, wrong, commands }
}

export interface Tally {
  readonly sessions: number
  readonly right: number
  readonly missed: number
  readonly wrong: number
}

export const allOf = (tallies: readonly Tally[]): Tally => {
  const sum = (part: keyof Tally) => tallies.reduce((total, tally) => total + tally[part], 0)
  return { sessions: sum('sessions'), right: sum('right'), missed: sum('missed'), wrong: sum('wrong') }
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`

export const recallOf = ({ right, missed }: Tally): number =>
  right + missed === 0 ? 1 : right / (right + missed)
export const precisionOf = ({ right, wrong }: Tally): number =>
  right + wrong === 0 ? 1 : right / (right + wrong)

/** One line for each category and one for all. */
export function table(tallies: ReadonlyMap<string, Tally>): string {
  const all = allOf([...tallies.values()])
  const rows = [...tallies, ['all', all] as const].map(([category, { sessions, right, missed, wrong }]) => [
    category,
    String(sessions),
    String(right + missed),
    percent(right, right + missed),
    percent(right, right + wrong),
  ])
  return [['category', 'sessions', 'ran', 'recall', 'precision'], ...rows]
    .map((cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(16) : cell.padStart(10))).join(''))
    .join('\n')
}
