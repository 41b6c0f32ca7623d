import type { Api } from '../../../../base/common/api.ts'
import type { Reader } from '../../../../base/server/scope.ts'

/** What tokens need to know of things above identity, given by whoever joins the features. */
export interface TokenPorts {
  /** Names of those of these servers that the reader sees. */
  readonly serverNames: (read: Reader, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Every endpoint there is: what scopes can name. Asked for once everything is joined. */
  readonly contract: () => readonly Api[]
}
