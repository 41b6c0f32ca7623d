/**
 * A failure whose words are meant for the person who made the request.
 * Anything else that is thrown is a bug: it answers 500 and its words stay in the log.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: string
  /** HTTP status. */
  readonly status: number
  /** When asking again may help; told as `retry-after`, too. */
  readonly retryAfterSeconds: number | undefined
  readonly #kept: string | (() => string)

  /** @param kept what the record may keep of the message: nothing that the request brought along */
  constructor(
    code: string,
    status: number,
    message: string,
    {
      kept = '',
      retryAfterSeconds,
      ...options
    }: ErrorOptions & { kept?: string | (() => string); retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, options)
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
    this.#kept = kept
  }

  /** The message without the words that were put into it: those may have come with the request, and be secret. */
  get kept(): string {
    return typeof this.#kept === 'string' ? this.#kept : this.#kept()
  }
}

/** Status and sentence. With `retry-after`, the sentence's first word is the seconds to wait. */
export type FaultTable = Record<
  string,
  readonly [status: number, say: (...args: never[]) => string, more?: 'retry-after']
>
type FaultMakers<T extends FaultTable> = { readonly [K in keyof T]: (...args: Parameters<T[K][1]>) => Fault }

/** Declares a feature's faults in one table, so that their codes can be listed, documented and never reused. */
export function defineFaults<const T extends FaultTable>(table: T): FaultMakers<T> {
  const makers = Object.entries(table).map(([code, [status, say, more]]) => [
    code,
    (...args: never[]) =>
      new Fault(code, status, say(...args), {
        kept: () => withoutWords(say, args),
        retryAfterSeconds: more === 'retry-after' ? args[0] : undefined,
      }),
  ])
  return Object.fromEntries(makers)
}

/** The sentence with … for every word filled in; empty when it cannot be said without them. Numbers stay. */
function withoutWords(say: (...args: never[]) => string, args: readonly unknown[]): string {
  const blank = (value: unknown): unknown =>
    typeof value === 'string' ? '…' : Array.isArray(value) ? value.slice(0, 1).map(blank) : value
  if (args.some((value) => typeof value === 'object' && value !== null && !Array.isArray(value))) return ''
  try {
    return say(...(args.map(blank) as never[]))
  } catch {
    return ''
  }
}

export const baseFaults = defineFaults({
  'request.invalid': [400, (why: string) => `That request does not make sense: ${why}`],
  'request.unauthenticated': [401, () => 'Sign in first, or send a token that is valid here.'],
  'request.two_credentials': [
    400,
    () => 'This request holds a session cookie and a token. Send one of them, so that it is clear who asks.',
  ],
  'request.forbidden': [403, () => 'Your role does not allow that. Ask an administrator if you need it.'],
  'request.new_password_due': [
    403,
    () => 'Replace the one-time password first: POST /api/auth.change-password.',
  ],
  'request.second_factor_due': [
    403,
    () => 'This workspace asks for a second factor. Set one up under Profile before going on.',
  ],
  'request.step_up_due': [
    403,
    () => 'Confirm that it is you and send this again: POST /api/auth.step-up with your password or a code.',
  ],
  'request.people_only': [403, () => 'A token may not do that. Sign in as a person.'],
  'request.rights_changed': [
    403,
    () => 'What you may see changed while this was being sent. Ask for it again.',
  ],
  'request.out_of_scope': [
    403,
    (scope: string) =>
      `This token has no scope for that. It would need ${scope}; a new token can be given it.`,
  ],
  'request.foreign_origin': [
    403,
    (origin: string) =>
      `This request came from ${origin}, which is not where this console is served. If it is, set ANNALS_PUBLIC_URL to that address.`,
  ],
  'request.no_origin': [
    403,
    () =>
      'With a session cookie a WebSocket needs the Origin header of this console, as browsers send it. A program sends a token instead, or asks with a ticket.',
  ],
  'request.wrong_method': [405, (method: string) => `This endpoint takes ${method} only.`],
  'request.not_found': [404, (what: string) => `There is no such ${what}, or it is not yours to see.`],
  'request.no_endpoint': [404, () => 'There is no such endpoint. GET /api/openapi.json lists them all.'],
  'request.upgrade': [426, () => 'This address speaks WebSocket.'],
  'request.conflict': [
    409,
    () => 'Someone did the same at the same time. Look again, and repeat it if it is still needed.',
  ],
  'request.wrong_type': [
    415,
    (type: string) => `Send the file itself as the body, with content-type: ${type}.`,
  ],
  'request.not_json': [415, () => 'Send the request body as application/json.'],
  'request.too_large': [
    413,
    (limitBytes: number) => `That request is larger than the ${limitBytes} bytes allowed here.`,
  ],
  'request.too_many': [429, (seconds: number) => `Too many requests. Wait ${seconds} s and send it again.`],
  'server.bug': [
    500,
    (requestId: string) => `Something went wrong here. The log has the cause under request ${requestId}.`,
  ],
  'server.database_away': [
    503,
    () =>
      'The database does not answer at the moment. What you asked for may have been done: look before you send it again.',
  ],
  'server.stopping': [503, () => 'The server is stopping. Send the request again in a moment.'],
})
