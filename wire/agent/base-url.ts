import { AgentRefusal } from './agent-refusal.ts'

/** @throws AgentRefusal when it is not an http or https address. */
export function baseUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text.includes('://') ? text : `http://${text}`)
  } catch {
    throw new AgentRefusal(`"${text}" is not an address. It should look like https://annals.example.com.`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AgentRefusal(`"${text}" should begin with http:// or https://.`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
