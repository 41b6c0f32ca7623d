import type { Contract } from '../../apps/server/contract.ts'
import { type Endpoint, ROLES } from '../../base/common/api.ts'
import { madeBy, table } from './table.ts'

const doors: Record<Endpoint['kind'], string> = {
  query: 'GET',
  command: 'POST',
  channel: 'live',
  download: 'GET, file',
}

/** Who may call what. What each of them sees in the answer is a matter of scope, which is not shown here. */
export function accessDocument(contracts: readonly Contract[]): string {
  const sections = contracts
    .filter(({ api }) => Object.keys(api).length > 0)
    .map(
      ({ feature, api }) =>
        `## ${feature}\n\n${table(['Endpoint', 'Door', 'nobody', ...ROLES], Object.entries(api).map(row))}`,
    )
  const quiet = contracts.flatMap(({ api }) =>
    Object.entries(api).flatMap(([name, endpoint]) =>
      endpoint.kind === 'command' && endpoint.quiet !== undefined ? [`- \`${name}\`: ${endpoint.quiet}`] : [],
    ),
  )
  return [
    madeBy,
    '# Access',
    'Who may call each endpoint. `nobody` is a caller who is not signed in. Queries are `GET /api/<name>`, commands `POST /api/<name>`, `live` is a channel of the WebSocket `/api/live`. What a caller then sees is narrowed row by row (`features/*/server/scope.ts`).',
    ...sections,
    '## Commands that leave no entry',
    quiet.length > 0 ? quiet.join('\n') : 'None: every command is in the journal.',
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n')
}

function row([name, { kind, allow }]: [string, Endpoint]): string[] {
  const mark = (may: boolean) => (may ? 'yes' : '–')
  return [
    `\`${name}\``,
    doors[kind],
    mark(allow === 'anyone'),
    ...ROLES.map((role) => mark(allow === 'anyone' || allow.includes(role))),
  ]
}
