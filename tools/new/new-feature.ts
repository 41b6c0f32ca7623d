import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { featureFiles } from './feature-files.ts'
import { wired, wires } from './wiring.ts'
import { wordsOf } from './words.ts'

/** Lays out a feature's folder and lists it where features are listed. @returns what was done, a line each. */
export function newFeature(root: string, name: string): string[] {
  const words = wordsOf(name)
  if (words === undefined)
    throw new Error(
      `"${name}" is not a feature's name: a plural in lower case, with dashes between words, such as work-notes.`,
    )
  const folder = join(root, 'features', words.folder)
  if (existsSync(folder)) throw new Error(`features/${words.folder} is there already.`)
  const said: string[] = []
  for (const [path, text] of Object.entries(featureFiles(words))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    said.push(`made    features/${words.folder}/${path}`)
  }
  for (const wire of wires(words)) {
    const path = join(root, wire.file)
    const text = wired(readFileSync(path, 'utf8'), wire)
    if (text !== undefined) writeFileSync(path, text)
    said.push(text === undefined ? `by hand ${wire.file}: add  ${wire.entry.trim()}` : `listed  ${wire.file}`)
  }
  return said
}
