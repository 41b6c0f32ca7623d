import type { z } from 'zod'
import { AgentHello, PROTOCOL_VERSIONS } from '../../common/messages.ts'
import type { LinkEnd } from '../agent-link.ts'
import type { AgentStore, KnownAgent } from '../agent-store.ts'
import { clockOffset } from './agent-clock.ts'
import type { NativeLink } from './native-link.ts'
import { isProven } from './prove.ts'

export type Hello = z.infer<typeof AgentHello>

export interface Greeting {
  readonly agent: KnownAgent
  readonly hello: Hello
}

/**
 * Reads the agent's first message and checks who it is: the agent proves that it holds the key it enrolled with by
 * signing this connection's nonce. An id nobody has, a removed agent and a wrong signature are told apart only where
 * the agent must behave differently.
 */
export async function greet<Tx>(
  link: NativeLink,
  text: string,
  { store, now }: { store: AgentStore<Tx>; now: () => Date },
): Promise<Greeting | LinkEnd> {
  const receivedAt = now().getTime()
  const hello = readHello(text)
  if (!hello) return { code: 'link.protocol', message: 'The first message is not a hello.', again: true }
  if (!(PROTOCOL_VERSIONS as readonly number[]).includes(hello.version)) {
    const message = `Protocol version ${hello.version} is not spoken here; these are: ${PROTOCOL_VERSIONS.join(', ')}.`
    return { code: 'agent.version', message, again: true, retryAfterSeconds: 600 }
  }
  const agent = await store.find(hello.agentId)
  if (!agent?.signingKey || !isProven(agent.signingKey, { ...hello, nonce: link.nonce })) {
    const message = 'This server does not know that agent, or not with that key. Enrol it anew.'
    return { code: 'agent.unknown', message, again: true, retryAfterSeconds: 300 }
  }
  if (agent.isRemoved)
    return { code: 'agent.removed', message: 'This machine was removed from Annals.', again: false }
  link.roundTripMilliseconds = receivedAt - link.acceptedAt
  link.clockOffsetMilliseconds = clockOffset(Date.parse(hello.at), receivedAt, link.roundTripMilliseconds)
  return { agent, hello }
}

function readHello(text: string): Hello | undefined {
  try {
    return AgentHello.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
