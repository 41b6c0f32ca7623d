import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import type { Facts } from '../common/facts.ts'
import { AgentRefusal } from './agent-refusal.ts'
import { baseUrl } from './base-url.ts'
import { failureSentence, statusSentence } from './failure-sentence.ts'
import { type Identity, makeKeys, publicHalf } from './identity.ts'

const Enrolled = z.object({
  agentId: z.uuid(),
  serverId: z.uuid(),
  name: z.string(),
  journalKey: z.string(),
  checkpoint: z.string().nullable(),
})

export interface EnrolAsk {
  readonly url: string
  readonly token: string
  readonly name: string
  readonly agentVersion: string
  readonly facts?: Facts
}

/**
 * Exchanges a registration token for an identity. The private keys are made here and never leave this machine.
 * @throws AgentRefusal with the server's own sentence where it gave one.
 */
export async function enrol(ask: EnrolAsk): Promise<{ identity: Identity; checkpoint: string | null }> {
  const url = baseUrl(ask.url)
  const keys = makeKeys()
  const body = {
    token: ask.token,
    signingKey: publicHalf(keys.signingKey),
    sealingKey: publicHalf(keys.sealingKey),
    name: ask.name,
    agentVersion: ask.agentVersion,
    ...(ask.facts !== undefined && { facts: ask.facts }),
  }
  const answer = await post(`${url}/api/agent.enrol`, url, JSON.stringify(body))
  if (answer.status !== 200) throw new AgentRefusal(refusalOf(answer, url))
  const enrolled = Enrolled.safeParse(parseJson(answer.text))
  if (!enrolled.success) throw new AgentRefusal(`What answers at ${url} is not Annals. Check the address.`)
  const { checkpoint, ...rest } = enrolled.data
  return { identity: { url, ...rest, ...keys }, checkpoint }
}

function post(address: string, where: string, body: string): Promise<{ status: number; text: string }> {
  const request = address.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new AgentRefusal(failureSentence(cause, where), { cause }))
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request(address, { method: 'POST', headers, timeout: 15_000 }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= 1024 * 1024) chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    call.on('error', fail)
    call.end(body)
  })
}

function refusalOf({ status, text }: { status: number; text: string }, where: string): string {
  const answer = parseJson(text) as { message?: unknown; error?: { message?: unknown } } | undefined
  const said = answer?.message ?? answer?.error?.message
  return typeof said === 'string'
    ? `The server refused to enrol this machine: ${said}`
    : statusSentence(status, where)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
