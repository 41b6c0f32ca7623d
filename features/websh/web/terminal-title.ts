import { visible } from '../../../base/web/parts/visible.ts'
import type { ClientType } from '../common/terminal.ts'

interface Named {
  readonly account: string | null
  readonly serverName: string
  readonly clientType: ClientType
}

/** "deploy on web-03"; an import goes by its title. */
export function terminalTitle({ account, serverName, clientType }: Named): string {
  if (clientType === 'import') return visible(account === null ? serverName : `${serverName}, ${account}`)
  return visible(`${account ?? 'own account'} on ${serverName}`)
}
