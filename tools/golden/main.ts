import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { goldenDocuments } from './documents.ts'

/** Writes the documents that are made from the contract. */
const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
mkdirSync(docs, { recursive: true })
for (const [name, make] of Object.entries(goldenDocuments)) {
  const text = make()
  const isNew = before(name) !== text
  if (isNew) writeFileSync(`${docs}${name}`, text)
  console.log(`docs/${name} ${isNew ? 'is written' : 'is as it should be'}`)
}

function before(name: string): string | undefined {
  try {
    return readFileSync(`${docs}${name}`, 'utf8')
  } catch {
    return undefined
  }
}
