import type { z } from 'zod'

/** How much attention an event deserves in a list. */
export type Weight = 'routine' | 'notable' | 'alarming'

/** Everything the product knows about one kind of event. The log, filters, exports and docs all read it from here. */
export interface EventKind<D extends z.ZodType = z.ZodType> {
  readonly title: string
  readonly weight: Weight
  /** What is recorded beside actor, server, work session, subject and time. Strings are bounded, secrets never appear. */
  readonly data: D
  /** One sentence for a person. */
  readonly say: (who: string, data: z.infer<D>) => string
  readonly sample: z.infer<D>
}

export function event<D extends z.ZodType>(kind: EventKind<D>): EventKind<D> {
  return kind
}

// biome-ignore lint/suspicious/noExplicitAny: a table of kinds with different data cannot be named otherwise
export type EventTable = Record<string, EventKind<any>>
export type EventData<E extends EventTable, T extends keyof E> = z.input<E[T]['data']>
