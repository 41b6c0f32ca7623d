import type { Role } from '../common/api.ts'
import type { Bounds } from '../common/bounds.ts'

/** Who asks. Resolved once per request, with everything scope rules compare against. */
export interface Actor {
  readonly id: string
  /** As shown in the record: the name at the time. */
  readonly name: string
  readonly kind: 'person' | 'token' | 'agent' | 'system' | 'anonymous'
  /** 'system' sees every row, 'none' sees no row. */
  readonly role: Role | 'system' | 'none'
  /** The credential a person acted through, where it was not their own session. */
  readonly via?: { readonly id: string; readonly name: string }
  /** Groups the actor belongs to. */
  readonly groupIds: readonly string[]
  /** Servers those groups give. */
  readonly serverIds: readonly string[]
  /** Servers whose whole record one sees, as owner or manager of a group, where the workspace grants it. */
  readonly recordServerIds?: readonly string[]
  /** Servers of groups they own: there they may watch what happens now. */
  readonly ownedServerIds?: readonly string[]
  /** The people in those groups, and oneself. */
  readonly personIds: readonly string[]
  /** The sign-in session, where there is one. */
  readonly sessionId?: string
  /** What must be done first; until then only `auth.*` answers. */
  readonly due?: 'new-password' | 'enrol-factor'
  /** Until when a recent proof of who is there (sign-in, step-up) counts. */
  readonly confirmedUntil?: Date
  /** What a token may do at most; a person's own session has no such bounds. */
  readonly bounds?: Bounds
}

const SYSTEM_ID = '00000000-0000-0000-0000-000000000001'
const NOBODY_ID = '00000000-0000-0000-0000-000000000000'

/** Annals itself. The reason is written into what it records. */
export const system = (reason: string): Actor => ({
  id: SYSTEM_ID,
  name: reason,
  kind: 'system',
  role: 'system',
  groupIds: [],
  serverIds: [],
  personIds: [],
})

export const anonymous: Actor = {
  id: NOBODY_ID,
  name: 'nobody',
  kind: 'anonymous',
  role: 'none',
  groupIds: [],
  serverIds: [],
  personIds: [],
}

/** All that decides what an actor may do and see, as text: two that are equal see the same. */
export const rightsOf = (actor: Actor): string =>
  JSON.stringify([
    actor.id,
    actor.role,
    actor.groupIds.toSorted(),
    actor.serverIds.toSorted(),
    actor.personIds.toSorted(),
    actor.recordServerIds?.toSorted(),
    actor.ownedServerIds?.toSorted(),
    actor.due,
    actor.bounds,
  ])
