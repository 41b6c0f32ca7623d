import { z } from 'zod'

export const ROLES = ['admin', 'auditor', 'member'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/** Who may call an endpoint at all. What each of them may see is the scope's business, not the endpoint's. */
export type Allow = readonly Role[] | 'anyone'

interface Shape<I extends z.ZodType, O extends z.ZodType> {
  readonly allow: Allow
  /** One line for docs/api.md and OpenAPI. */
  readonly about: string
  readonly in: I
  readonly out: O
  /** Asks people to prove anew that it is them, when their last proof is too old. */
  readonly stepUp?: true
  /** Never by a token, whatever its scopes: only by a person who is signed in. */
  readonly peopleOnly?: true
  /** Fields of the input that ask for such a proof when they are given. */
  readonly stepUpFor?: readonly string[]
  /** Which rows a member sees, in words: "the commands they issued". Administrators and auditors see every row. */
  readonly rows?: string
}

/** Reads: `GET /api/<name>`, input in the query string. */
export interface Query<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends Shape<I, O> {
  readonly kind: 'query'
}

/** Acts: `POST /api/<name>`, input as a JSON body, one transaction, at least one journal entry. */
export interface Command<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType>
  extends Shape<I, O> {
  readonly kind: 'command'
  /** Set only when the command leaves no trace of its own; the reason is printed in docs/access.md. */
  readonly quiet?: string
  /** Largest accepted body in bytes; 256 KiB unless said. */
  readonly bodyLimit?: number
  /** The body is a file of this content type, read as it comes by the step before the transaction; the input is in the query string. */
  readonly upload?: { readonly type: string; readonly bytesMax: number }
}

/** Streams: subscribed to by name over the one WebSocket `/api/live`; `out` is one message. */
export interface Channel<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType>
  extends Shape<I, O> {
  readonly kind: 'channel'
}

/** Files: `GET /api/<name>`, input in the query string, bytes as the answer. Authorization is re-checked while they flow. */
export interface Download<I extends z.ZodType = z.ZodType> {
  readonly kind: 'download'
  readonly allow: Allow
  readonly about: string
  readonly in: I
  readonly stepUp?: true
  readonly peopleOnly?: true
  readonly rows?: string
}

/** Where a redirect leads: an address of this console, or one that was built from what an administrator set up. */
export const RedirectAnswer = z.object({ to: z.string() })
export type RedirectAnswer = z.infer<typeof RedirectAnswer>

/**
 * Steps of the browser itself, on its way to another site or back from it: `GET /api/<name>`, input in the query string, one
 * transaction as a command has it, and 303 to another address as the answer. A fault is answered by one as well.
 */
export interface Redirect<I extends z.ZodType = z.ZodType> {
  readonly kind: 'redirect'
  readonly allow: Allow
  readonly about: string
  /** Fields it does not know are left out: other sites add some. */
  readonly in: I
  readonly out: typeof RedirectAnswer
  /** The page of the console a fault leads to, with the fault's code as `refused`. */
  readonly refusedTo: string
  /** Why it may be followed from another site's page: there the Origin proves nothing, so the input has to. */
  readonly fromElsewhere?: string
  readonly quiet?: string
  readonly stepUp?: true
  readonly peopleOnly?: true
}

/**
 * A WebSocket of its own: `GET /api/<name>` with an upgrade, input in the query string. What is said on it is its own; who
 * asks is checked like a request, and the handler looks again while it is open.
 */
export interface Socket<I extends z.ZodType = z.ZodType> {
  readonly kind: 'socket'
  readonly allow: Allow
  readonly about: string
  readonly in: I
  /** Largest accepted frame in bytes. */
  readonly frameBytes: number
  readonly stepUp?: true
  readonly peopleOnly?: true
  readonly rows?: string
}

export type Endpoint = Query | Command | Channel | Download | Redirect | Socket
export type Api = Record<string, Endpoint>

export const query = <I extends z.ZodType, O extends z.ZodType>(shape: Shape<I, O>): Query<I, O> => ({
  kind: 'query',
  ...shape,
})

export const command = <I extends z.ZodType, O extends z.ZodType>(
  shape: Shape<I, O> & Pick<Command, 'quiet' | 'bodyLimit' | 'upload'>,
): Command<I, O> => ({ kind: 'command', ...shape })

export const channel = <I extends z.ZodType, O extends z.ZodType>(shape: Shape<I, O>): Channel<I, O> => ({
  kind: 'channel',
  ...shape,
})

export const download = <I extends z.ZodType>(shape: Omit<Download<I>, 'kind'>): Download<I> => ({
  kind: 'download',
  ...shape,
})

export const redirect = <I extends z.ZodType>(shape: Omit<Redirect<I>, 'kind' | 'out'>): Redirect<I> => ({
  kind: 'redirect',
  out: RedirectAnswer,
  ...shape,
})

export const socket = <I extends z.ZodType>(shape: Omit<Socket<I>, 'kind'>): Socket<I> => ({
  kind: 'socket',
  ...shape,
})

/** A keyset page: newest first; `next` goes back in as `cursor`, and is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

export const PageAsk = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** To when the record is complete, and for how many servers: the line above every list. */
export const Completeness = z.object({
  /** Every event up to here has arrived from the servers counted in `complete`. ISO 8601. */
  completeTo: z.string(),
  servers: z.number().int(),
  complete: z.number().int(),
  /** The servers whose rows may still arrive; at most 50 are named. */
  behind: z.array(
    z.object({
      serverId: z.string(),
      serverName: z.string(),
      completeTo: z.string().nullable(),
      why: z.string(),
    }),
  ),
})
export type Completeness = z.infer<typeof Completeness>

/** Timestamps in answers: ISO 8601 with milliseconds, UTC. */
export const Instant = z.iso.datetime()
/** Timestamps in questions: any ISO 8601 with an offset. */
export const InstantAsk = z.iso.datetime({ offset: true })
