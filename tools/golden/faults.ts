import type { Contract } from '../../apps/server/contract.ts'
import { madeBy, table } from './table.ts'

/** Every refusal a caller can meet, with its status and its sentence. */
export function faultsDocument(contracts: readonly Contract[]): string {
  const sections = contracts
    .filter(({ faults }) => Object.keys(faults).length > 0)
    .map(({ feature, faults }) => {
      const rows = Object.entries(faults).map(([code, make]) => {
        const { status, message } = (
          make as unknown as (...words: string[]) => { status: number; message: string }
        )(...blanks)
        return [`\`${code}\``, String(status), message]
      })
      return `## ${feature}\n\n${table(['Code', 'Status', 'Says'], rows)}`
    })
  return `${[
    madeBy,
    '# Faults',
    'What is refused answers `{ code, message, requestId }`. The code never changes its meaning; the message is for a person and may be reworded. `…` stands for what is known at the time.',
    ...sections,
  ].join('\n\n')}\n`
}

const blanks = ['…', '…', '…', '…', '…']
