import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { TerminalPolicy } from '../../common/terminal.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import type { terminalEvents } from '../../common/terminal-events.ts'
import { terminalFaults } from '../../common/terminal-faults.ts'

export async function readPolicy(db: Kysely<Database>): Promise<TerminalPolicy> {
  const row = await db.selectFrom('terminal_policy').selectAll().executeTakeFirstOrThrow()
  return {
    strict: row.strict,
    whenRecordingBreaks: row.when_recording_breaks,
    idleMinutes: row.idle_minutes,
    shellIntegration: row.shell_integration,
    sharing: row.sharing,
    inputMasks: row.input_masks,
  }
}

type Change = z.output<(typeof terminalApi)['terminal.set-policy']['in']>

export async function setPolicy({ input, tx, record }: Act<Change, typeof terminalEvents>) {
  for (const mask of input.inputMasks ?? [])
    if (!isPattern(mask)) throw terminalFaults['terminal.bad_mask'](mask)
  const before = await readPolicy(tx)
  const changed = Object.keys(input).filter((key) => input[key as keyof Change] !== undefined)
  await tx
    .updateTable('terminal_policy')
    .set({
      strict: input.strict,
      when_recording_breaks: input.whenRecordingBreaks,
      idle_minutes: input.idleMinutes,
      shell_integration: input.shellIntegration,
      sharing: input.sharing,
      input_masks: input.inputMasks,
      only: true,
    })
    .execute()
  const after = await readPolicy(tx)
  const pick = (policy: TerminalPolicy) =>
    Object.fromEntries(changed.map((key) => [key, policy[key as keyof TerminalPolicy]]))
  await record('terminal.policy-set', { data: { before: pick(before), after: pick(after) } })
  return after
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    // Nested repetition is how a pattern comes to take for ever.
    return !/\([^)]*[+*][^)]*\)[+*{]/.test(text)
  } catch {
    return false
  }
}
