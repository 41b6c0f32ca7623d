import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Driven, drive } from './drive.ts'
import { type Score, score, type Tally, type Way, waysOf } from './score.ts'
import type { Session } from './session.ts'

export interface Measured {
  readonly session: Session
  readonly driven: Driven
  readonly way: Way
  readonly score: Score
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Programs the sessions drive that this machine does not have. */
export function missingPrograms(sessions: readonly Session[]): string[] {
  const wanted = new Set(sessions.flatMap(({ shell, needs = [] }) => [shell, ...needs]))
  return [...wanted].filter((program) => !isInstalled(program)).sort()
}

export const withoutMissing = (sessions: readonly Session[], missing: readonly string[]): Session[] =>
  sessions.filter(({ shell, needs = [] }) => ![shell, ...needs].some((program) => missing.includes(program)))

/** Drives the sessions, so many at a time, and reads each recording. */
export async function measure(sessions: readonly Session[], atOnce: number): Promise<Measured[]> {
  const measured: Measured[] = []
  const left = [...sessions]
  const work = async () => {
    for (let session = left.shift(); session !== undefined; session = left.shift()) {
      const driven = await drive(session)
      for (const way of waysOf(driven)) measured.push({ session, driven, way, score: score(driven, way) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return measured
}

/** Counted for each category, or for each way a recording can come. */
export function tallies(
  measured: readonly Measured[],
  by: 'category' | 'way' = 'category',
): Map<string, Tally> {
  const found = new Map<string, Tally>()
  for (const { session, way, score: result } of measured) {
    const key = by === 'way' ? way : session.category
    const tally = found.get(key) ?? { sessions: 0, right: 0, missed: 0, wrong: 0 }
    found.set(key, {
      sessions: tally.sessions + 1,
      right: tally.right + result.right,
      missed: tally.missed + result.missed.length,
      wrong: tally.wrong + result.wrong.length,
    })
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What was missed and what was wrong, session by session. */
export const differences = (measured: readonly Measured[]): string =>
  measured
    .filter(({ score: { missed, wrong } }) => missed.length + wrong.length > 0)
    .map(({ session, way, score: { missed, wrong } }) =>
      [
        `${session.name} (${way})`,
        ...missed.map((text) => `  − ${shown(text)}`),
        ...wrong.map((text) => `  + ${shown(text)}`),
      ].join('\n'),
    )
    .join('\n')

const shown = (text: string): string =>
  text.length > 300
    ? `${JSON.stringify(text.slice(0, 200))} … (${text.length} characters)`
    : JSON.stringify(text)
