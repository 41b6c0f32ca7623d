import type { Parts } from '../../../base/server/parts.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'
import type { SayCompleteness } from '../../servers/server/index.ts'
import type { CommandOutputs } from './outputs.ts'
import type { TextIndex } from './text-index.ts'

/** What the commands feature stands on, besides the kernel. */
export interface CommandsParts extends Parts {
  readonly links: AgentLinks
  readonly outputs: CommandOutputs
  readonly textIndex: TextIndex
  readonly completeness: SayCompleteness
  /** A command nobody heard of for this long is unresponsive. */
  readonly unresponsiveSeconds: number
}

/** Bus topics: any command, and one. */
export const ANY_COMMAND = 'command'
export const oneCommand = (id: string) => `command:${id}`
