/** A request the server refused, or that never reached it. Its message is written for the person who made it. */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** The fault's code, for example `request.forbidden`; `client.unreachable` when no answer came. */
  readonly code: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly requestId: string | null
  readonly at: number

  constructor(code: string, status: number, message: string, requestId: string | null = null) {
    super(message)
    this.code = code
    this.status = status
    this.requestId = requestId
    this.at = Date.now()
  }
}

export const asRefused = (error: unknown): Refused =>
  error instanceof Refused
    ? error
    : new Refused('client.bug', 0, error instanceof Error ? error.message : String(error))

/** Reads an answer; a fault becomes a `Refused`. */
export async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text()
  let body: unknown
  try {
    body = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new Refused('client.unreadable', response.status, 'The server sent something that is not JSON.')
  }
  if (response.ok) return body
  const fault = (body ?? {}) as { code?: unknown; message?: unknown; requestId?: unknown }
  throw new Refused(
    typeof fault.code === 'string' ? fault.code : 'client.unreadable',
    response.status,
    typeof fault.message === 'string' ? fault.message : `The server answered ${response.status}.`,
    typeof fault.requestId === 'string' ? fault.requestId : response.headers.get('x-request-id'),
  )
}
