import { readFileSync } from 'node:fs'
import { contracts } from '../../apps/server/contract.ts'
import { openApiDocument } from '../../base/server/openapi.ts'
import { accessDocument } from './access.ts'
import { eventsDocument } from './events.ts'
import { faultsDocument } from './faults.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** The documents of docs/ that are made from the contract, by file name. */
export const goldenDocuments: Readonly<Record<string, () => string>> = {
  'access.md': () => accessDocument(contracts),
  'events.md': () => eventsDocument(contracts),
  'faults.md': () => faultsDocument(contracts),
  'openapi.json': () => {
    const document = openApiDocument(
      contracts.map(({ api }) => api),
      version,
    )
    return `${JSON.stringify(document, null, 2)}\n`
  },
}
