import { z } from 'zod'
import { HoleReport } from '../common/messages.ts'
import { type ArrivedReport, HOLE } from './agent-link.ts'

/** What is stored of lost reports. `missing`: the agent said nothing of them and may still hold them. */
export const LostReports = HoleReport.extend({ state: z.enum(['lost', 'missing']).default('lost') })
export type LostReports = z.infer<typeof LostReports>

/** A hole in the place of a report that cannot be stored. */
export function holeInsteadOf(report: ArrivedReport, why: string): ArrivedReport<LostReports> {
  const at = report.at.toISOString()
  return {
    ...report,
    kind: HOLE,
    body: { from: report.from, to: report.n, since: at, until: at, why: why.slice(0, 300), state: 'lost' },
  }
}

/** A hole for numbers that never came. */
export function holeBefore(report: ArrivedReport, from: number, to: number): ArrivedReport<LostReports> {
  const why = 'the agent was asked for these reports and went on without them'
  return {
    ...report,
    n: to,
    from,
    kind: HOLE,
    body: { from, to, since: null, until: report.at.toISOString(), why, state: 'missing' },
  }
}
