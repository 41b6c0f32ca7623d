import type { AgentLink, AgentLinks } from './agent-link.ts'

/** The live links of all adapters. At most one for each server. */
export class OpenLinks implements AgentLinks {
  readonly #byServer = new Map<string, AgentLink>()

  of(serverId: string): AgentLink | undefined {
    return this.#byServer.get(serverId)
  }

  all(): Iterable<AgentLink> {
    return this.#byServer.values()
  }

  get size(): number {
    return this.#byServer.size
  }

  /** @returns false when the server has a link already, which is left alone. */
  add(link: AgentLink): boolean {
    if (this.#byServer.has(link.serverId)) return false
    this.#byServer.set(link.serverId, link)
    return true
  }

  remove(link: AgentLink): void {
    if (this.#byServer.get(link.serverId) === link) this.#byServer.delete(link.serverId)
  }
}
