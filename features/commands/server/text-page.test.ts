import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { lowestId, newId } from '../../../base/common/id.ts'
import { people } from '../../../seed/story.ts'
import { startOfStory, world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

/** More than the walk looks into, and enough that the index of substrings is asked for the rare parts only. */
const ROWS = 21_000
const DAYS = 500

interface Row {
  readonly id: string
  readonly operator: string | null
  readonly shell: 'system' | 'internal'
  readonly state: 'success' | 'failed'
  readonly line: string
  readonly result: string
}

/** A year and a half of commands: texts that every thirtieth, every thousandth and a handful of rows have. */
function rowsOfLongAgo(): Row[] {
  return Array.from({ length: ROWS }, (_, n) => {
    const internal = n % 11 === 3
    const line =
      n % 1009 === 5
        ? `Deploy of Release 4711 to ${n}`
        : n % 30 === 1
          ? 'restart nginx'
          : `cat /etc/os-release ${n % 97}`
    return {
      id: newId(startOfStory.getTime() - Math.floor(((ROWS - n) * DAYS * 86_400_000) / ROWS)),
      operator: internal ? null : n % 3 === 0 ? people.mina.id : people.ada.id,
      shell: internal ? 'internal' : 'system',
      state: n % 10 === 7 ? 'failed' : 'success',
      line: internal ? 'facts of this machine' : line,
      result: n % 7001 === 11 ? '100% quasar_reactor' : n % 500 === 9 ? 'release 4711 is out' : '',
    }
  })
}

async function fill({ db }: World, rows: readonly Row[]) {
  const column = <K extends keyof Row>(name: K) => rows.map((row) => row[name])
  await sql`
    insert into command (id, server_id, server_name, operator_id, operator_name, operator_kind, shell, line, state, submitted_at, due_at, result)
    select id, gen_random_uuid(), 'web-1', operator, 'somebody', case when operator is null then 'agent' else 'person' end,
      shell, line, state, now(), now(), result
    from unnest(${column('id')}::uuid[], ${column('operator')}::uuid[], ${column('shell')}::text[], ${column('state')}::text[],
      ${column('line')}::text[], ${column('result')}::text[]) as r (id, operator, shell, state, line, result)`.execute(
    db,
  )
  await sql`analyze command`.execute(db)
}

/** Every page, one after another. */
async function everything(w: World, persona: 'mina' | 'olga', ask: object): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { status, body } = await w.as(persona).ask('command.list', { ...ask, ...(cursor && { cursor }) })
    expect(status, JSON.stringify(body)).toBe(200)
    ids.push(...body.items.map(({ id }: { id: string }) => id))
    cursor = body.next
  }
  return ids
}

test('page after page shows exactly the rows that contain the text, newest first, whatever it is asked with', async () => {
  await using w = await world()
  const rows = rowsOfLongAgo()
  await fill(w, rows)
  const at = (day: number) => new Date(startOfStory.getTime() - day * 86_400_000).toISOString()
  const asks: [text: string, filter: Record<string, string>, isRow: (row: Row) => boolean][] = [
    ['release 4711', {}, () => true],
    ['4711 deploy', {}, () => true],
    ['RELEASE 4711', { status: 'Failed' }, ({ state }) => state === 'failed'],
    ['deploy of release 4711', { from: at(300), to: at(20) }, () => true],
    ['4711', { shell: 'internal' }, ({ shell }) => shell === 'internal'],
    ['nginx', { shell: 'internal' }, ({ shell }) => shell === 'internal'],
    ['nginx', { from: at(3) }, () => true],
    ['quasar_reactor', {}, () => true],
    ['0% q', {}, () => true],
    ['%', { to: at(100) }, () => true],
    ['no such words', {}, () => true],
    ['os', { status: 'Failed', from: at(40) }, ({ state }) => state === 'failed'],
  ]
  for (const [text, filter, isRow] of asks)
    for (const persona of ['mina', 'olga'] as const) {
      const { from = at(10_000), to = at(-1) } = filter
      const expected = rows.filter(
        (row) =>
          `${row.line}\n${row.result}`.toLowerCase().includes(text.toLowerCase()) &&
          isRow(row) &&
          row.id >= lowestId(Date.parse(from)) &&
          row.id < lowestId(Date.parse(to)) &&
          (persona === 'olga' || row.operator === people.mina.id),
      )
      expect(
        await everything(w, persona, { text, ...filter, limit: '100' }),
        `${text} ${JSON.stringify(filter)} ${persona}`,
      ).toEqual(expected.map(({ id }) => id).reverse())
    }
})
