import { readFileSync } from 'node:fs'

/** Of this package, as the server shows it. */
export const agentVersion: string = (
  JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }
).version
