import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Driven, drive } from './drive.ts'
import { type Score, score, type Tally } from './score.ts'
import type { Session } from './session.ts'

export interface Measured {
  readonly session: Session
  readonly driven: Driven
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
      measured.push({ session, driven, score: score(driven) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return measured
}

export function tallies(measured: readonly Measured[]): Map<string, Tally> {
  const found = new Map<string, Tally>()
  for (const { session, score: result } of measured) {
    const tally = found.get(session.category) ?? { sessions: 0, right: 0, missed: 0, wrong: 0 }
    found.set(session.category, {
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
    .map(({ session, score: { missed, wrong } }) =>
      [
        session.name,
        ...missed.map((text) => `  − ${JSON.stringify(text)}`),
        ...wrong.map((text) => `  + ${JSON.stringify(text)}`),
      ].join('\n'),
    )
    .join('\n')
