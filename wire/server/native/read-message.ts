import type { z } from 'zod'
import { AgentMessage, Report } from '../../common/messages.ts'

/** A report that has a number and nothing else that could be read. */
export interface UnreadableReport {
  readonly n: number
  readonly why: string
}

export type Heard =
  | Exclude<AgentMessage, { t: 'reports' }>
  | { readonly t: 'reports'; readonly items: readonly (Report | UnreadableReport)[] }

/**
 * Reads one text frame. Reports are read one by one, so that one that is malformed does not cost the others.
 * @returns a sentence when the agent broke the protocol, undefined for a message this version does not know.
 */
export function readMessage(text: string): Heard | string | undefined {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return 'a message is not JSON'
  }
  if (typeof raw !== 'object' || raw === null || !('t' in raw)) return 'a message has no kind'
  if (raw.t === 'reports') return readReports(raw)
  if (!known.has(raw.t)) return undefined
  const read = AgentMessage.safeParse(raw)
  if (!read.success) return `a ${String(raw.t)} message cannot be read: ${firstIssue(read.error)}`
  return read.data as Heard
}

const known = new Set<unknown>(AgentMessage.options.map((option) => option.shape.t.value))

function readReports(raw: object): Heard | string {
  const items = (raw as { items?: unknown }).items
  if (!Array.isArray(items) || items.length === 0 || items.length > 1000)
    return 'a reports message has 1 to 1000 items'
  const read: (Report | UnreadableReport)[] = []
  for (const item of items) {
    const report = Report.safeParse(item)
    if (report.success) {
      read.push(report.data)
      continue
    }
    const n: unknown = (item as { n?: unknown } | null)?.n
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1) return 'a report has no number'
    read.push({ n, why: firstIssue(report.error) })
  }
  return { t: 'reports', items: read }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'unreadable'}`.trim().slice(0, 200)
}
