import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs } from 'kysely'

/** Lets a test fail the database at one chosen statement. */
export class Breaker implements KyselyPlugin {
  #left = Number.POSITIVE_INFINITY

  breakAt(statement: number): void {
    this.#left = statement
  }

  mend(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  transformQuery({ node }: PluginTransformQueryArgs) {
    if (--this.#left === 0) throw new Error('the database failed here')
    return node
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    return result
  }
}
