import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, parseCheckpoint, splitNotes } from '../../base/common/journal/checkpoint.ts'
import type { Note } from '../../base/common/journal/note.ts'
import { CannotCheck } from './cannot-check.ts'

/** A head somebody outside kept: an agent, an auditor, a printed report. */
export interface Remembered extends Checkpoint {
  readonly note: Note
  readonly file: string
}

/** Reads files of signed notes; of a directory, every file in it. @throws CannotCheck naming the file. */
export async function readRemembered(paths: readonly string[]): Promise<Remembered[]> {
  const found: Remembered[] = []
  for (const path of paths) {
    for (const file of await filesAt(path)) {
      try {
        for (const text of splitNotes(await readFile(file, 'utf8')))
          found.push({ ...parseCheckpoint(text), file })
      } catch (cause) {
        throw new CannotCheck(`${file} is not a file of signed checkpoints: ${(cause as Error).message}`, {
          cause,
        })
      }
    }
  }
  return found.toSorted((one, other) => one.size - other.size)
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: Error) => {
    throw new CannotCheck(`${path} cannot be read: ${cause.message}`, { cause })
  })
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(path, entry.name))
}
