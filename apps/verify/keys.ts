import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../../base/common/journal/note.ts'
import { CannotCheck } from './cannot-check.ts'
import { sha256 } from './crypto.ts'

/** Keys got in another way than with what is checked, and from where. */
export interface Pinned {
  readonly keys: readonly VerifierKey[]
  /** For the report. */
  readonly sources: readonly string[]
}

/** @param given verifier keys, or files of them. @throws CannotCheck */
export async function readPinned(
  given: readonly string[],
  dataDirectory: string | undefined,
): Promise<Pinned> {
  const files: string[] = []
  const texts: { text: string; source: string }[] = []
  for (const item of given) {
    if (/^[^\s+]+\+[0-9a-f]{8}\+/.test(item)) texts.push({ text: item, source: '--key' })
    else files.push(item)
  }
  if (given.length === 0 && dataDirectory !== undefined) {
    const directory = join(dataDirectory, 'keys')
    const names = await readdir(directory).catch(() => [])
    files.push(...names.filter((name) => /^journal-.*\.pub$/.test(name)).map((name) => join(directory, name)))
  }
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: Error) => {
      throw new CannotCheck(`The key file ${file} cannot be read: ${cause.message}`, { cause })
    })
    texts.push({ text, source: file })
  }
  try {
    const keys = texts.map(({ text }) => parseVerifierKey(sha256, text))
    return {
      keys,
      sources: texts.map(({ source }, place) => `${formatVerifierKey(keys[place]!)} (${source})`),
    }
  } catch (cause) {
    throw new CannotCheck((cause as Error).message, { cause })
  }
}
