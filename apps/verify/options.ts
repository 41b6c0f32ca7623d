import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CannotCheck } from './cannot-check.ts'

export const USAGE = `npm run verify -- --data ./data              the journal of an installation, and its recordings
npm run verify -- --database-url postgres://… the journal of a database
npm run verify -- --bundle <file>             an exported range
npm run verify -- --proof <file>              the proof of one entry
npm run verify -- --recording <file>          the recording of a terminal, exported as evidence
  --key <verifier key or file>   trust this key (repeatable); with --data, those in its keys directory
  --remembered <file>            signed checkpoints kept elsewhere, such as by an agent (repeatable; a directory counts)
  --from <n> --to <n>            only these entries, --to not included
  --json                         the outcome as JSON
Exit code 0: all that was checked holds. 1: damage. 2: could not be checked.`

export interface Options {
  readonly data: string | undefined
  readonly databaseUrl: string | undefined
  readonly bundle: string | undefined
  readonly proof: string | undefined
  readonly recording: string | undefined
  readonly keys: readonly string[]
  readonly remembered: readonly string[]
  readonly from: number | undefined
  readonly to: number | undefined
  readonly json: boolean
  readonly help: boolean
}

/** @param directory paths are meant from here. @throws CannotCheck naming what is wrong. */
export function readOptions(args: readonly string[], directory: string): Options {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true, default: [] as string[] } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = explained(() =>
    parseArgs({
      args: [...args],
      options: {
        data: text,
        'database-url': text,
        bundle: text,
        proof: text,
        recording: text,
        key: texts,
        remembered: texts,
        from: text,
        to: text,
        json: flag,
        help: flag,
      },
    }),
  )
  const path = (value: string | undefined) => (value === undefined ? undefined : resolve(directory, value))
  const isKey = (value: string) => /^[^\s+]+\+[0-9a-f]{8}\+/.test(value)
  return {
    data: path(values.data),
    databaseUrl: values['database-url'],
    bundle: path(values.bundle),
    proof: path(values.proof),
    recording: path(values.recording),
    keys: values.key.map((key) => (isKey(key) ? key : resolve(directory, key))),
    remembered: values.remembered.map((file) => resolve(directory, file)),
    from: numberOf('--from', values.from),
    to: numberOf('--to', values.to),
    json: values.json,
    help: values.help,
  }
}

function numberOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,15}$/.test(value))
    throw new CannotCheck(`${name} must be the number of an entry, not ${value}.`)
  return Number(value)
}

function explained<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CannotCheck(`${(cause as Error).message}\n\n${USAGE}`, { cause })
  }
}
