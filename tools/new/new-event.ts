import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contracts } from '../../apps/server/contract.ts'

/** Adds an event to its feature's table. @returns what was done, a line each. */
export function newEvent(root: string, name: string, given: string | undefined): string[] {
  const [thing, deed, ...rest] = name.split('.')
  if (!thing || !deed || rest.length > 0 || !/^[a-z.-]+$/.test(name))
    throw new Error(`"${name}" is not an event's name: thing and what happened to it, such as file.renamed.`)
  const feature = given ?? featureOf(thing)
  if (feature === undefined)
    throw new Error(
      `No feature speaks of "${thing}" yet. Say which one it is: npm run new -- event ${name} --feature <name>`,
    )
  const path = `features/${feature}/common/events.ts`
  const text = readFileSync(join(root, path), 'utf8')
  if (text.includes(`'${name}'`)) throw new Error(`${name} is in ${path} already.`)
  const table = /export const \w+Events = \{\n/.exec(text)
  const end = table === null ? -1 : text.indexOf('\n}', table.index)
  if (end < 0) throw new Error(`${path} has no table of events to add to.`)
  writeFileSync(
    join(root, path),
    `${text.slice(0, end + 1)}${entryOf(name, thing, deed)}${text.slice(end + 1)}`,
  )
  return [`listed  ${path}: '${name}'`, `next    record('${name}', …) where it happens, then npm run golden`]
}

const featureOf = (thing: string) =>
  contracts.find(
    ({ feature, api, events }) =>
      feature !== 'base' &&
      [api, events].some((table) => Object.keys(table).some((key) => key.startsWith(`${thing}.`))),
  )?.feature

function entryOf(name: string, thing: string, deed: string): string {
  const words = (text: string) => text.replaceAll('-', ' ')
  const title = `${words(thing)} ${words(deed)}`
  return `  '${name}': event({
    title: '${title.charAt(0).toUpperCase()}${title.slice(1)}',
    weight: 'notable',
    data: z.object({ name: z.string().max(120) }),
    say: (who, { name }) => \`\${who} ${words(deed)} \${name}\`,
    sample: { name: 'First' },
  }),
`
}
