import { differences, measure, missingPrograms, tallies, withoutMissing } from '../commands-corpus/measure.ts'
import { readCommands, table } from '../commands-corpus/score.ts'
import { sessions } from '../commands-corpus/sessions/index.ts'

/**
 * How well commands are found: every session of test/commands-corpus in a real shell, with and without what the shell says of
 * itself; then how fast a recording is read.
 */
const missing = missingPrograms(sessions)
if (missing.length > 0) console.log(`not installed, their sessions left out: ${missing.join(', ')}`)
const measured = await measure(withoutMissing(sessions, missing), 8)
console.log(table(tallies(measured)))
console.log(table(tallies(measured, 'way')))
console.log(differences(measured))

const bytes = measured.reduce(
  (total, { driven }) =>
    total + driven.events.reduce((sum, event) => sum + ('bytes' in event ? event.bytes.length : 0), 0),
  0,
)
const rounds = 3
const start = performance.now()
for (let round = 0; round < rounds; round++) for (const { driven, way } of measured) readCommands(driven, way)
const seconds = (performance.now() - start) / 1000
const perSession = (1000 * seconds) / (rounds * measured.length)
console.log(
  `${((rounds * bytes) / seconds / 1e6).toFixed(2)} MB/s of such sessions, ${perSession.toFixed(1)} ms each`,
)

const lines = Buffer.from(
  Array.from({ length: 1000 }, (_, line) => `${line} ${'text '.repeat(14)}\r\n`).join(''),
)
const output = Array.from({ length: 200 }, (_, at) => ({
  type: 'output' as const,
  seconds: at / 100,
  bytes: lines,
}))
const from = performance.now()
readCommands({ cols: 120, rows: 40, events: output, modes: new Map(), ran: [], nonce: undefined }, 'cast')
console.log(`${((200 * lines.length) / 1e3 / (performance.now() - from)).toFixed(1)} MB/s of plain output`)
