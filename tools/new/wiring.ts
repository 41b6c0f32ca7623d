import type { Words } from './words.ts'

/** One more line in a list: where it is imported from, and what is put before which line. */
interface Wire {
  readonly file: string
  readonly imports: readonly string[]
  readonly entry: string
  /** The line that closes the list; the entry goes in front of it. */
  readonly before: RegExp
}

/** The lists that name every feature. */
export const wires = ({ folder, camels }: Words): readonly Wire[] => [
  {
    file: 'apps/server/scopes.ts',
    imports: [`import { ${camels}Scopes } from '../../features/${folder}/server/index.ts'`],
    entry: `  ...${camels}Scopes,`,
    before: /^\}$/m,
  },
  {
    file: 'seed/migrations.ts',
    imports: [`import { ${camels}Migrations } from '../features/${folder}/server/index.ts'`],
    entry: `  ...${camels}Migrations,`,
    before: /^\]$/m,
  },
  {
    file: 'apps/server/contract.ts',
    imports: ['api', 'events', 'faults'].map(
      (table) =>
        `import { ${camels}${table.charAt(0).toUpperCase()}${table.slice(1)} } from '../../features/${folder}/common/${table}.ts'`,
    ),
    entry: `  { feature: '${folder}', api: ${camels}Api, events: ${camels}Events, faults: ${camels}Faults },`,
    before: /^\]$/m,
  },
  {
    file: 'apps/server/features.ts',
    imports: [`import { ${camels}Feature } from '../../features/${folder}/server/index.ts'`],
    entry: `  features.push(${camels}Feature())`,
    before: /^ {2}const reactions = /m,
  },
  {
    file: 'apps/web/features.ts',
    imports: [`import { ${camels}Web } from '../../features/${folder}/web/pages.ts'`],
    entry: `  ${camels}Web,`,
    before: /^\]$/m,
  },
  { file: 'test/layers.test.ts', imports: [], entry: `  '${folder}',`, before: /^\]$/m },
]

/** @returns the file's text with the entry in it, or undefined where the list is not found or has it already. */
export function wired(text: string, { imports, entry, before }: Wire): string | undefined {
  const place = before.exec(text)
  if (place === null || text.includes(entry)) return undefined
  const listed = `${text.slice(0, place.index)}${entry}\n${text.slice(place.index)}`
  const lastImport = listed.lastIndexOf('\nimport ') + 1
  const end = listed.indexOf('\n', lastImport) + 1
  const block = imports.map((line) => `${line}\n`).join('')
  return `${listed.slice(0, end)}${block}${listed.slice(end)}`
}
