import type { RecordedEvent } from '../../features/websh/common/recorded-event.ts'
import { CommandReader, type RunCommand } from '../../features/websh/server/command-record/index.ts'
import type { Driven, Ran } from './drive.ts'
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
  /** What else is said of those that are right. */
  readonly facts: Facts
}

/** How often something was said where the truth is known, and how often it was right. */
interface Share {
  readonly known: number
  readonly said: number
  readonly right: number
}

export interface Facts {
  readonly exitCode: Share
  readonly shellDepth: Share
  /** Enter was pressed before the shell began to run it, and no later Enter was. */
  readonly seconds: Share
}

/** The clocks of the shells and of the recording are read by different processes. */
const CLOCK_SECONDS = 0.005

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
  const left = driven.ran.map((ran) => ({ ...ran, text: comparable(ran.text) }))
  const wrong: string[] = []
  const pairs: Pair[] = []
  for (const command of commands) {
    const at = left.findIndex(({ text }) => text === comparable(command.text))
    if (at < 0) wrong.push(command.text)
    else pairs.push({ command, ran: left.splice(at, 1)[0]! })
  }
  const missed = left.map(({ text }) => text)
  return { right: pairs.length, missed, wrong, commands, facts: factsOf(pairs, driven) }
}

interface Pair {
  readonly command: RunCommand
  readonly ran: Ran
}

function factsOf(pairs: readonly Pair[], { events }: Driven): Facts {
  const enters = events.flatMap(({ type, seconds, ...event }) =>
    type === 'input' && 'bytes' in event && event.bytes.some((byte) => byte === 0x0d || byte === 0x0a)
      ? [seconds]
      : [],
  )
  const share = (of: (pair: Pair) => { known: unknown; said: unknown; isRight: boolean }): Share => {
    const known = pairs.map(of).filter((each) => each.known !== undefined)
    const said = known.filter((each) => each.said !== undefined)
    return { known: known.length, said: said.length, right: said.filter(({ isRight }) => isRight).length }
  }
  return {
    exitCode: share(({ command, ran }) => ({
      known: ran.exitCode,
      said: command.exitCode,
      isRight: ran.exitCode === command.exitCode,
    })),
    shellDepth: share(({ command, ran }) => ({
      known: ran.level,
      said: command.shellDepth,
      isRight: ran.level === command.shellDepth,
    })),
    seconds: share(({ command, ran }) => {
      const last = enters.findLast((enter) => enter <= (ran.seconds ?? 0) + CLOCK_SECONDS)
      const isRight = last !== undefined && Math.abs(last - command.seconds) < CLOCK_SECONDS
      return { known: ran.seconds, said: command.seconds, isRight }
    }),
  }
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
