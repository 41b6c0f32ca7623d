import type { Contract } from '../../apps/server/contract.ts'
import { accessRows } from '../../base/common/access.ts'
import type { AccessRow } from '../../base/common/access-api.ts'
import { type Endpoint, ROLES } from '../../base/common/api.ts'
import { madeBy, table } from './table.ts'

const doors: Record<Endpoint['kind'], string> = {
  query: 'GET',
  command: 'POST',
  channel: 'live',
  download: 'GET, file',
  redirect: 'GET, redirect',
  socket: 'WebSocket',
}

/** Who may call what. What each of them sees in the answer is a matter of scope, which is not shown here. */
export function accessDocument(contracts: readonly Contract[]): string {
  const sections = contracts
    .filter(({ api }) => Object.keys(api).length > 0)
    .map(
      ({ feature, api }) =>
        `## ${feature}\n\n${table(['Endpoint', 'Door', 'nobody', ...ROLES, 'Rows of a member', 'Asks for'], accessRows([api]).map(row))}`,
    )
  const quiet = contracts.flatMap(({ api }) =>
    Object.entries(api).flatMap(([name, endpoint]) =>
      'quiet' in endpoint && endpoint.quiet !== undefined ? [`- \`${name}\`: ${endpoint.quiet}`] : [],
    ),
  )
  const fromElsewhere = contracts.flatMap(({ api }) =>
    Object.entries(api).flatMap(([name, endpoint]) =>
      'fromElsewhere' in endpoint && endpoint.fromElsewhere !== undefined
        ? [`- \`${name}\`: ${endpoint.fromElsewhere}`]
        : [],
    ),
  )
  return [
    madeBy,
    '# Access',
    "Who may call each endpoint. `nobody` is a caller who is not signed in. Queries are `GET /api/<name>`, commands `POST /api/<name>`, `live` is a channel of the WebSocket `/api/live`, a redirect is a step of the browser itself, which is answered with 303. What a member then sees is narrowed row by row (`features/*/server/scope.ts`), as the words say; administrators and auditors see every row, and of what is one's own alone their own. *A person*: never a token. *A recent proof*: `auth.step-up`, or a sign-in just now.",
    ...sections,
    '## Commands that leave no entry',
    quiet.length > 0 ? quiet.join('\n') : 'None: every command is in the journal.',
    '## Redirects that another site may send a browser to',
    fromElsewhere.length > 0 ? fromElsewhere.join('\n') : 'None.',
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n')
}

function row({ endpoint, kind, anyone, roles, rows, peopleOnly, stepUp }: AccessRow): string[] {
  const mark = (may: boolean) => (may ? 'yes' : '–')
  const asks = [
    peopleOnly && 'a person',
    stepUp === true && 'a recent proof',
    Array.isArray(stepUp) && `a recent proof, for ${stepUp.join(', ')}`,
  ]
  return [
    `\`${endpoint}\``,
    doors[kind],
    mark(anyone),
    ...ROLES.map((role) => mark(roles.includes(role))),
    rows ?? '',
    asks.filter((words) => words !== false).join('; '),
  ]
}
