import type { Kysely, Transaction } from 'kysely'
import type { WebSocket } from 'ws'
import type { z } from 'zod'
import type {
  Api,
  Channel,
  Command,
  Download,
  Query,
  Redirect,
  RedirectAnswer,
  Socket,
} from '../common/api.ts'
import type { EventData, EventTable } from '../common/event.ts'
import type { Fault } from '../common/fault.ts'
import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import type { Entry } from './journal/entry.ts'
import type { Reader } from './scope.ts'

/** Where a request came from. */
export interface RequestFacts {
  readonly id: string
  /** The client's address; `X-Forwarded-For` counts only from a trusted proxy. */
  readonly address: string
  /** The User-Agent header, bounded. */
  readonly client: string
  /** The endpoint's full name; `unknown` where there is none of that name. */
  readonly action: string
}

/** What somebody looked at: its entry is `record.viewed`. */
export interface Viewed extends Pick<Entry, 'server' | 'workSession' | 'subject'> {
  /** One word or two for a person: "the journal's entries 5 to 9", "the recording of Mina Park". Never what was in it. */
  readonly what: string
}

/** What a query handler is given. */
export interface Ask<I> {
  readonly actor: Actor
  readonly input: I
  /** The database as this actor sees it. */
  readonly read: Reader
  readonly request: RequestFacts
  readonly now: Date
  /**
   * Says that this read must be in the record: somebody opened what is another's, exported, verified. The entry is
   * committed before the answer leaves, and a read that fails is recorded as that.
   */
  readonly viewed: (viewed: Viewed) => void
  /** Who this is later: the same credentials, looked at again. Missing where nobody asked over HTTP. */
  readonly identify?: () => Promise<Actor>
}

/** What an entry is about, besides its own data. Names are the ones things have now. */
export type About = Pick<Entry, 'server' | 'workSession' | 'subject'> & { readonly actor?: Entry['actor'] }

export type Record_<E extends EventTable> = <K extends keyof E & string>(
  kind: K,
  entry: About & { readonly data: EventData<E, K> },
) => Promise<void>

export type RecordAll_<E extends EventTable> = <K extends keyof E & string>(
  kind: K,
  entries: readonly (About & { readonly data: EventData<E, K> })[],
) => Promise<void>

/** What a command handler is given: the same, plus one transaction and the pen of the journal. */
export interface Act<I, E extends EventTable> extends Ask<I> {
  readonly tx: Transaction<Database>
  readonly record: Record_<E>
  /** Many entries of one kind, in one statement. */
  readonly recordAll: RecordAll_<E>
  /** Tells live pages and other parts after the commit; a rolled-back command announces nothing. */
  readonly announce: (topic: string, id?: string) => void
  readonly afterCommit: (react: () => void) => void
  /**
   * Refuses: rolls everything back, then keeps what `keep` writes, which must record the refusal, and answers with
   * the fault. Always throws.
   * @param isCounted it may record nothing: it is counted, and an entry that follows says how many there were
   */
  readonly refuse: (
    fault: Fault,
    keep: (tx: Transaction<Database>, record: Record_<E>) => Promise<void>,
    isCounted?: boolean,
  ) => never
  readonly session: SessionCookies
  /** What the step before the transaction made; see `inTwoSteps`. */
  readonly prepared?: unknown
}

/** What proves a browser: read from the request, set on the answer. */
export interface SessionCookies {
  /** The session cookie that came along, whatever it may be worth. */
  readonly secret: string | undefined
  /** The device cookie that came along. It signs nobody in; it only says that this browser was here before. */
  readonly device: string | undefined
  /** What a redirect put aside for the way back from another site. */
  readonly attempt: string | undefined
  /** The page's Origin, already found to be our own; undefined where no browser asks. */
  readonly origin: string | undefined
  readonly start: (secret: string, maxAgeSeconds: number) => void
  readonly end: () => void
  readonly keepDevice: (secret: string, maxAgeSeconds: number) => void
  readonly keepAttempt: (secret: string, maxAgeSeconds: number) => void
  readonly endAttempt: () => void
}

/** What a step before the transaction is given. */
export type BeforeAct<I> = Ask<I> &
  Pick<Act<I, EventTable>, 'session'> & {
    /** The body of a command that takes an upload. */
    readonly upload?: AsyncIterable<Uint8Array> | undefined
  }

/**
 * A command in two steps. `before` runs outside the transaction: what takes long there (hashing, asking another server)
 * holds no row and no connection. It changes nothing; what it found out may have changed until `act` runs, which looks again.
 */
export function inTwoSteps<I, E extends EventTable, P, O>(
  before: (ask: BeforeAct<I>) => Promise<P>,
  act: (act: Act<I, E>, prepared: P) => Promise<O>,
): (act: Act<I, E>) => Promise<O> {
  return Object.assign((given: Act<I, E>) => act(given, given.prepared as P), { before })
}

/** What a channel handler is given each time something it listens to happened. */
export interface Poke<I> extends Ask<I> {
  /** What the handler returned last time; undefined on the first call. */
  readonly cursor: unknown
  /** Ids announced since, or 'everything' on the first call and after an overflow. */
  readonly poked: ReadonlySet<string> | 'everything'
}

export interface Stream<O> {
  readonly messages: readonly O[]
  readonly cursor?: unknown
  /** Nothing more will come. */
  readonly done?: boolean
}

export interface ChannelHandler<I, O> {
  /** Bus topics that make `next` run again. */
  readonly topics: (ask: Ask<I>) => readonly string[]
  /** Called once at the start (backfill) and again after each poke, with the actor resolved anew. */
  readonly next: (poke: Poke<I>) => Promise<Stream<O>>
}

/** What a socket handler is given, before the socket is there. */
export interface Knock<I> extends Ask<I> {
  /** Who this is now: the same credentials, looked at again. */
  readonly identify: () => Promise<Actor>
}

/** Refuses with a fault, or says what to do with the socket once it is open. */
export type SocketHandler<I> = (knock: Knock<I>) => Promise<(socket: WebSocket) => void>

export interface FileAnswer {
  readonly name: string
  readonly contentType: string
  readonly sizeBytes?: number
  readonly body: AsyncIterable<Uint8Array>
}

type Handlers<A extends Api, E extends EventTable> = {
  readonly [K in keyof A]: A[K] extends Query<infer I, infer O>
    ? (ask: Ask<z.output<I>>) => Promise<z.input<O>>
    : A[K] extends Command<infer I, infer O>
      ? (act: Act<z.output<I>, E>) => Promise<z.input<O>>
      : A[K] extends Channel<infer I, infer O>
        ? ChannelHandler<z.output<I>, z.input<O>>
        : A[K] extends Download<infer I>
          ? (ask: Ask<z.output<I>>) => Promise<FileAnswer>
          : A[K] extends Redirect<infer I>
            ? (act: Act<z.output<I>, E>) => Promise<z.input<typeof RedirectAnswer>>
            : A[K] extends Socket<infer I>
              ? SocketHandler<z.output<I>>
              : never
}

export interface Feature {
  readonly api: Api
  readonly events: EventTable
  // biome-ignore lint/suspicious/noExplicitAny: `serve` checked each handler against its endpoint already
  readonly handlers: Record<string, any>
}

/** Joins a feature's contract to its handlers. A missing handler, or one of the wrong shape, does not compile. */
export function serve<A extends Api, E extends EventTable>(
  api: A,
  events: E,
  handlers: Handlers<A, E>,
): Feature {
  return { api, events, handlers: handlers as Feature['handlers'] }
}

/** Writes one entry in the caller's transaction; the journal's `record`, with the event's schema checked. */
export type WriteEntry = (tx: Kysely<Database>, entry: Entry) => Promise<void>

/** The same for many: the journal's `recordAll`. */
export type WriteEntries = (tx: Kysely<Database>, entries: readonly Entry[]) => Promise<void>
