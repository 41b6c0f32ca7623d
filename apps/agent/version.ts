import { readFileSync } from 'node:fs'

/** Of the product it came with, as the server shows it. */
export const agentVersion: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
