import { beforeAll, expect, test } from 'vitest'
import { contracts } from '../../apps/server/contract.ts'
import type { Endpoint } from '../../base/common/api.ts'
import { world } from '../../seed/world.ts'
import { documentedRefusal, furtherRefusals, isAdmission } from './access-document.ts'
import { type Answer, ask, type Live, openLive } from './ask.ts'
import { asks } from './asks.ts'
import { type Caller, callers, headersOf, targetsOf, tellSessions } from './callers.ts'
import { type Changes, watchChanges, withoutClosing } from './changes.ts'
import { freshen, namesOf, tellBothSides } from './sides.ts'

export const endpoints: Readonly<Record<string, Endpoint>> = Object.assign(
  {},
  ...contracts.map(({ api }) => api),
)

export const resourceOf = (name: string) => name.slice(0, name.indexOf('.'))

interface Asked {
  readonly endpoint: string
  readonly caller: Caller
  readonly target: string
  readonly answer: Answer
  readonly changes: Changes
}

/** Asks every endpoint of some resources as everybody, for everything, and compares with what was looked at before. */
export function answersOf(...resources: readonly string[]): void {
  const names = Object.keys(endpoints).filter((name) => resources.includes(resourceOf(name)))
  const asked: Asked[] = []
  let known: [id: string, name: string][] = []

  beforeAll(async () => {
    await using w = await world({ machines: true })
    const sides = await tellBothSides(w)
    known = namesOf(sides)
    const lives = new Map<Caller, Live>()
    /** A connection stays open for all that is asked on it; what was refused one knocks again each time. */
    const liveOf = async (caller: Caller) => {
      const open = lives.get(caller) ?? (await openLive(w, headersOf(caller, sides)))
      if ('subscribe' in open) lives.set(caller, open)
      return open
    }
    await tellSessions(w, async () => void (await liveOf(callers.find(({ name }) => name === 'demoted')!)))
    const watch = await watchChanges(w)
    const readsTheJournal = resources.some((resource) => ['journal', 'activity'].includes(resource))
    await using ending = new AsyncDisposableStack()
    ending.defer(watch.stop)
    ending.defer(() => {
      for (const live of lives.values()) live.close()
    })
    for (const [name, endpoint, how] of names.map((each) => [each, endpoints[each]!, asks[each]!] as const))
      for (const target of 'once' in how ? (['any'] as const) : (['own', 'other', 'absent'] as const)) {
        // A minute bounds how many refusals of one caller are entries of their own.
        w.pass(61)
        await freshen(w, name)
        if (readsTheJournal) await w.followed()
        for (const caller of callers) {
          const input = 'once' in how ? how.once : how(targetsOf(caller, sides)[target as 'own'])
          await watch.since(0)
          const live = endpoint.kind === 'channel' ? liveOf(caller) : undefined
          const answer = await ask(w, { name, endpoint, input, headers: headersOf(caller, sides) }, live)
          const changes = await watch.since(answer.status === 101 ? 2 : isRefused(answer) ? 1 : 0)
          const told = resources.includes('server') ? withoutClosing(changes) : changes
          asked.push({ endpoint: name, caller, target, answer, changes: told })
          if (changes.tables.length === 0) continue
          await watch.restore(changes.tables)
          await freshen(w, name)
        }
      }
  })

  test('everybody is shown, and changes, what was looked at before', async () => {
    await expect(`${JSON.stringify(described(asked, known), null, 2)}\n`).toMatchFileSnapshot(
      `./answers/${resources[0]}.json`,
    )
  })

  test('what is hidden is answered byte for byte as what is absent', () => {
    const told = asked.flatMap(({ endpoint, caller, target, answer }) => {
      if (target !== 'other' || caller.seesAll || answer.status < 400) return []
      const absent = asked.find(
        (one) => one.endpoint === endpoint && one.caller === caller && one.target === 'absent',
      )!
      return bare(answer) === bare(absent.answer)
        ? []
        : [`${endpoint} tells ${caller.name}: ${bare(answer)} is not ${bare(absent.answer)}`]
    })
    expect(told).toEqual([])
  })

  test('every refusal is in the record', () => {
    const forgotten = asked
      .filter(({ answer, changes }) => isRefused(answer) && changes.recorded.length === 0)
      .map(({ endpoint, caller, target }) => `${endpoint} as ${caller.name}, ${target}`)
    expect(forgotten).toEqual([])
  })

  test('what is not refused and changes something is in the record, or says in its contract why not', () => {
    const silent = asked
      .filter(({ answer, changes, endpoint }) => {
        const shape = endpoints[endpoint]!
        const isQuiet = 'quiet' in shape && shape.quiet !== undefined
        return !isRefused(answer) && changes.tables.length > 0 && changes.recorded.length === 0 && !isQuiet
      })
      .map(({ endpoint, caller, changes }) => `${endpoint} as ${caller.name}: ${changes.tables.join(' ')}`)
    expect(silent).toEqual([])
  })

  test('docs/access.md says who may', () => {
    const wrong = asked.flatMap(({ endpoint, caller, answer }) => {
      const expected = documentedRefusal(endpoint, caller)
      if (expected === 'yes' && endpoint in furtherRefusals) return []
      const found = isAdmission(answer.code) ? answer.code : 'yes'
      return found === expected ? [] : [`${endpoint} as ${caller.name}: ${found}, documented ${expected}`]
    })
    expect([...new Set(wrong)]).toEqual([])
  })
}

const isRefused = ({ status, code }: Answer) => status >= 400 || (status === 303 && code !== undefined)

const bare = ({ status, text }: Answer) =>
  `${status} ${text.replace(/"requestId":"[^"]*"/, '"requestId":""')}`

/** By endpoint and by what was asked for: each outcome, and who had it. */
function described(asked: readonly Asked[], known: readonly [id: string, name: string][]) {
  const all: Record<string, Record<string, Record<string, string>>> = {}
  for (const { endpoint, caller, target, answer, changes } of asked) {
    const of = (all[endpoint] ??= { fields: {} })
    const fields = isRefused(answer) ? '' : fieldsOf(answer.text)
    const letters = of['fields']!
    const letter = Object.keys(letters).find((each) => letters[each] === fields) ?? letterAfter(letters)
    if (fields !== '') letters[letter] = fields
    const seen = known.flatMap(([id, name]) => (answer.text.includes(id) ? [name] : []))
    const outcome = [
      answer.code === undefined ? String(answer.status) : `${answer.status} ${answer.code}`,
      fields !== '' && `fields ${letter}`,
      seen.length > 0 && `with ${seen.join(', ')}`,
      answer.cookies.length > 0 && `sets ${answer.cookies.join(', ')}`,
      changes.tables.length > 0 && `changes ${changes.tables.join(', ')}`,
      changes.recorded.length > 0 && `records ${changes.recorded.join(', ')}`,
    ]
      .filter((part) => part !== false)
      .join('; ')
    const who = ((of[target] ??= {})[outcome] ??= '')
    of[target][outcome] = who === '' ? caller.name : `${who} ${caller.name}`
  }
  return all
}

const letterAfter = (letters: Readonly<Record<string, string>>) =>
  String.fromCharCode('A'.charCodeAt(0) + Object.keys(letters).length)

/** Which fields a JSON answer has, those inside others by their path, whatever their values are. */
function fieldsOf(text: string): string {
  const paths = new Set<string>()
  const walk = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, path)
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        const here = path === '' ? name : `${path}.${name}`
        paths.add(here)
        // Which entry a row has is known a moment after it was written.
        if (name !== 'entry') walk(inner, here)
      }
  }
  for (const line of text.split('\n')) {
    try {
      walk(JSON.parse(line), '')
    } catch {
      return ''
    }
  }
  // Where fields of a field are told, the field itself need not be.
  const all = [...paths]
  return all.filter((path) => !all.some((other) => other.startsWith(`${path}.`))).join(' ')
}
