import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'

export interface LogOptions {
  /** The file is `server.log` in it; older ones are `server.1.log` (the newest) and so on. */
  readonly directory: string
  readonly level: string
  /** Size at which a new file is begun. */
  readonly limitBytes?: number
  /** How many older files are kept. */
  readonly keptFiles?: number
}

export interface OpenLog {
  readonly log: Logger
  readonly path: string
  /** Returns when every line is in the file. */
  flush(): void
  close(): void
}

/**
 * Names whose values never reach the log, wherever they stand up to three levels deep. Bodies and headers are not logged
 * at all; this is for the day somebody logs an object that holds one.
 */
const secretNames = [
  'password',
  'current',
  'token',
  'secret',
  'cookie',
  'authorization',
  'env',
  'stdin',
  'sealed',
  'privateKey',
  'body',
  'headers',
  'parameters',
]
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`])

/** JSON lines, one per event, written without waiting and in order. */
export function openLog({
  directory,
  level,
  limitBytes = 32 * 1024 * 1024,
  keptFiles = 5,
}: LogOptions): OpenLog {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'server.log')
  const file = pino.destination({ dest: path, append: true, mkdir: false, mode: 0o600, sync: false })
  let bytes = existsSync(path) ? statSync(path).size : 0
  file.on('write', (written: number) => {
    bytes += written
    if (bytes < limitBytes) return
    bytes = 0
    rotate(directory, keptFiles)
    file.reopen()
  })
  // A full disk must not end the server: what it does is in the journal, this file only says how.
  file.on('error', () => {})
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: { error: describeError, err: describeError },
    },
    file,
  )
  const flush = () => {
    try {
      file.flushSync()
    } catch {
      // Not open yet, or the disk is full: there is nobody left to tell.
    }
  }
  return {
    log,
    path,
    flush,
    close: () => {
      flush()
      file.end()
    },
  }
}

function rotate(directory: string, keptFiles: number): void {
  const name = (age: number) => join(directory, age === 0 ? 'server.log' : `server.${age}.log`)
  for (let age = keptFiles - 1; age >= 0; age--)
    if (existsSync(name(age))) renameSync(name(age), name(age + 1))
  if (existsSync(name(1))) chmodSync(name(1), 0o600)
}

interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: unknown
  readonly stack?: string
  readonly cause?: DescribedError
}

/** Only these fields: the database puts whole rows into `detail` and a statement's values into others. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  }
}
