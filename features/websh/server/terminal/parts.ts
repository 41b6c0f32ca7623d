import type { Parts } from '../../../../base/server/parts.ts'
import type { AgentLinks } from '../../../../wire/server/agent-link.ts'
import type { SayCompleteness } from '../../../servers/server/index.ts'
import type { Recordings } from '../recording/index.ts'

/** What terminals stand on, besides the kernel. */
export interface TerminalParts extends Parts {
  readonly links: AgentLinks
  readonly completeness: SayCompleteness
  readonly recordings: Recordings
}

/** Bus topics: any terminal, and one. */
export const ANY_TERMINAL = 'terminal'
export const oneTerminal = (id: string) => `terminal:${id}`
