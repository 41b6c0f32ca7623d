/** What an adapter needs to know of an agent before it may speak. */
export interface KnownAgent {
  readonly agentId: string
  readonly serverId: string
  readonly serverName: string
  /** Raw Ed25519 public key, base64; null for an agent that proves itself otherwise. */
  readonly signingKey: string | null
  /** Its enrolment was ended. */
  readonly isRemoved: boolean
  /** Reports up to here are stored. */
  readonly committed: number
}

/** Moves one agent's commit point. */
export interface PositionStep {
  readonly agentId: string
  readonly after: number
  readonly upTo: number
}

/** Where agents and their positions are kept; the servers feature implements it. */
export interface AgentStore<Tx> {
  find(agentId: string): Promise<KnownAgent | undefined>
  /**
   * Runs `write` in one transaction that first moves the positions.
   * `moved` lacks an agent whose position was not `after`, or who was removed: nothing of it may be written.
   */
  commit(
    steps: readonly PositionStep[],
    write: (tx: Tx, moved: ReadonlySet<string>) => Promise<void>,
  ): Promise<void>
}
