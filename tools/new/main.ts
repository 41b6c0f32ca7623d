import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { newEvent } from './new-event.ts'
import { newFeature } from './new-feature.ts'

/** `npm run new -- feature <names>` and `npm run new -- event <thing.happened>`. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { feature: { type: 'string' } },
})
const [kind, name] = positionals
try {
  if (kind === 'feature' && name) console.log(newFeature(root, name).join('\n'))
  else if (kind === 'event' && name) console.log(newEvent(root, name, values.feature).join('\n'))
  else
    throw new Error(
      'Say what is new: npm run new -- feature <names>, or npm run new -- event <thing.happened>',
    )
  console.log('then    npm run format && npm run golden && npm run check')
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
