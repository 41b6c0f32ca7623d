import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { StartupRefusal } from './embedded-postgres/startup-refusal.ts'

export interface ConfigFile {
  readonly path: string
  /** By the names the environment uses. */
  readonly settings: Readonly<Record<string, string>>
}

/** Reads `annals.config.json` of the folder, or the file ANNALS_CONFIG names, which then must exist. */
export function readConfigFile(named: string | undefined, folder: string): ConfigFile {
  const path = named ? resolve(folder, named) : join(folder, 'annals.config.json')
  if (!named && !existsSync(path)) return { path, settings: {} }
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const named_ = named ? `ANNALS_CONFIG names ${path}, which` : path
    throw new StartupRefusal(`${named_} cannot be read as JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new StartupRefusal(`${path} must hold one JSON object, such as { "ANNALS_PORT": 7300 }.`)
  }
  const settings = Object.entries(content).map(([name, value]) => [name, asText(name, value, path)])
  return { path, settings: Object.fromEntries(settings) }
}

function asText(name: string, value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.join(',')
  throw new StartupRefusal(`${name} in ${path} must be text, a number, true or false, or a list.`)
}
