import type { Actor } from '../actor.ts'

/** A named thing an entry is about. The name is the one it had then. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** What one act leaves behind, before it has a number. */
export interface Entry {
  /** The event's full name, for example `command.submitted`. */
  readonly kind: string
  readonly at: Date
  readonly actor: Pick<Actor, 'id' | 'name' | 'kind' | 'via'>
  readonly server?: Named
  readonly workSession?: Named
  /** The thing acted on: `{ kind: 'command', id }`. Lists find the entry of a row by it. */
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string }
  /** Where the act came from, which endpoint was asked for by its full name, and the HTTP status that answered. */
  readonly request?: {
    readonly id: string
    readonly address: string
    readonly client?: string
    readonly action?: string
    readonly status?: number
  }
  readonly data: unknown
}
