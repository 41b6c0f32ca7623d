import { proofIsGiven } from './proof.ts'
import { answerOf, Refused } from './refused.ts'

type Input = Readonly<Record<string, unknown>>

/** A query string of everything that is set; lists are repeated, nothing is ever sent as "undefined". */
export function queryString(input: Input): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

let onSignedOut: () => void = () => {}

/** Called once when an answer says that nobody is signed in any more. */
export function whenSignedOut(react: () => void): void {
  onSignedOut = react
}

/** Sends, and once more where a proof was due and has been given. */
async function send(url: string, init: RequestInit, isSignIn = false): Promise<unknown> {
  try {
    return await sendOnce(url, init, isSignIn)
  } catch (refused) {
    if (!(refused instanceof Refused && refused.code === 'request.step_up_due')) throw refused
    if (await proofIsGiven()) return sendOnce(url, init, isSignIn)
    throw new Refused('client.not_confirmed', 403, 'Nothing was done: it was not confirmed that it is you.')
  }
}

async function sendOnce(url: string, init: RequestInit, isSignIn: boolean): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Refused(
      'client.unreachable',
      0,
      'The server did not answer. The network or the server is down.',
    )
  }
  if (response.status === 401 && !isSignIn) onSignedOut()
  return answerOf(response)
}

export const readFrom = (name: string, input: Input, signal?: AbortSignal): Promise<unknown> =>
  send(`/api/${name}${queryString(input)}`, {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  })

/** What is refused here says nothing about a session that has ended. */
const beforeSignedIn = ['auth.sign-in', 'auth.second-factor', 'auth.passkey-challenge', 'auth.me']

export const tell = (name: string, input: Input): Promise<unknown> =>
  send(
    `/api/${name}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(input),
    },
    beforeSignedIn.includes(name),
  )

/** Where a download's bytes are. */
export const downloadUrl = (name: string, input: Input): string => `/api/${name}${queryString(input)}`
