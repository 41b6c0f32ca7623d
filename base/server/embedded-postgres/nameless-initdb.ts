import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { makeOpenDirectory } from './open-directory.ts'

const asked = Buffer.from('\0getpwuid\0', 'latin1')
const answered = Buffer.from('\0getpwent\0', 'latin1')

/**
 * `initdb` for a uid without a passwd entry (a container started with an arbitrary uid).
 *
 * initdb and the single-user postgres it starts look up the name of their uid and end if there is none, although the
 * superuser's name is given with -U and the name found is never used. So the cluster is made with a temporary copy of
 * the two programs in which the imported symbol `getpwuid` (this user's entry) reads `getpwent` (any entry): eight
 * bytes for eight bytes in the string table. The server itself runs from the unaltered program, which does not ask.
 * @returns a bin directory to use instead, and its removal.
 */
export function namelessInitdb(
  binDirectory: string,
  parent: string,
): Disposable & { readonly binDirectory: string } {
  const home = dirname(binDirectory)
  makeOpenDirectory(parent)
  const copy = mkdtempSync(join(parent, 'initdb-'))
  chmodSync(copy, 0o755)
  // Libraries and input files are found relative to the program.
  for (const entry of readdirSync(home)) {
    if (entry !== 'bin') symlinkSync(join(home, entry), join(copy, entry))
  }
  const bin = join(copy, 'bin')
  mkdirSync(bin, { mode: 0o755 })
  for (const name of ['initdb', 'postgres']) {
    const program = readFileSync(join(binDirectory, name))
    const at = program.indexOf(asked)
    if (at !== -1) answered.copy(program, at)
    writeFileSync(join(bin, name), program, { mode: 0o755 })
  }
  return { binDirectory: bin, [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }) }
}
