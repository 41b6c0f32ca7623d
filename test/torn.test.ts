import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Breaker } from '../seed/breaker.ts'
import { apiTokens, commands, servers, tokens } from '../seed/machines.ts'
import { gone, links, password, people, teams } from '../seed/story.ts'
import { world } from '../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

/** Everything that could be half done, and every entry that could tell of it. */
async function stateOf(w: World) {
  const tables = [
    'person',
    'session',
    'totp',
    'recovery_code',
    'known_place',
    'sign_in_failure',
    'team',
    'team_member',
    ...['single_sign_on', 'single_sign_on_group', 'person_identity'],
    'person_link',
    'workspace',
    'token',
    'token_team',
    'server',
    'server_team',
    'server_token',
    'server_token_team',
    'command',
    'command_secret',
    'job',
  ]
  const rows: Record<string, string> = {}
  for (const table of tables) {
    const { rows: found } = await sql<{ text: string }>`
      select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as text from ${sql.table(table)} t`.execute(
      w.db,
    )
    rows[table] = found[0]!.text
  }
  // That the request failed is recorded by the kernel, in a transaction of its own.
  const { rows: entries } = await sql<{ n: number }>`
    select count(*) as n from (select kind_no from journal_pending union all select kind_no from journal) as entry
     where kind_no not in (select no from journal_kind where name = 'request.failed')`.execute(w.db)
  return { rows: JSON.stringify(rows), entries: Number(entries[0]!.n) }
}

const acts: [name: string, body: object][] = [
  ['auth.change-password', { current: password, password: 'walrus lantern ninety' }],
  ['auth.sign-in', { username: 'mina', password }],
  ['auth.sign-in', { username: 'mina', password: 'not hers at all' }],
  ['auth.step-up', { password }],
  ['auth.start-totp', {}],
  ['auth.renew-recovery-codes', {}],
  ['auth.end-other-sessions', {}],
  ['person.create', { username: 'nina', name: 'Nina', role: 'member', password: 'a fine long one' }],
  ['person.set-role', { id: people.mina.id, role: 'admin' }],
  [
    'person.invite',
    { username: 'nina', name: 'Nina', role: 'member', email: 'n@example.com', groupIds: [teams.sea.id] },
  ],
  ['person.reset-link', { id: people.theo.id }],
  ['person.withdraw-link', { id: links.theo.id }],
  ['auth.accept-link', { secret: links.theo.secret, password: 'walrus lantern ninety' }],
  ['person.update', { id: people.mina.id, name: 'Mina Lee', account: 'mina' }],
  ['person.update-profile', { name: 'Ada King', preferences: { theme: 'dark' } }],
  ['person.suspend', { id: people.theo.id }],
  ['person.resume', { id: gone.sven.id }],
  ['person.remove', { id: people.theo.id }],
  ['settings.update', { name: 'Harbour', groupRecord: true }],
  ['group.create', { name: 'Harbour' }],
  ['group.rename', { id: teams.sea.id, name: 'Ocean' }],
  ['group.remove', { id: teams.sea.id }],
  ['group.set-members', { id: teams.sea.id, personIds: [people.juno.id] }],
  ['token.create', { name: 'robot', kind: 'service', scopes: ['*'], groupIds: [teams.sea.id] }],
  ['token.update', { id: apiTokens.robot.id, scopes: [] }],
  ['token.rotate', { id: apiTokens.robot.id }],
  ['token.disable', { id: apiTokens.mina.id }],
  [
    'single-sign-on.update',
    {
      ...{ issuer: 'https://login.example.com', clientId: 'annals', clientSecret: 'secret', enabled: true },
      groups: [{ value: 'sky-people', groupId: teams.sky.id }],
    },
  ],
  ['single-sign-on.unlink', { personId: people.theo.id }],
  ['server.rename', { id: servers.sea.id, name: 'renamed' }],
  ['server.set-groups', { id: servers.sea.id, groupIds: [teams.sky.id] }],
  ['server.remove', { id: servers.sea.id }],
  ['server-token.create', { name: 'Winter', groupIds: [teams.sea.id] }],
  ['server-token.revoke', { id: tokens.sea.id }],
  [
    'command.submit',
    {
      serverIds: [servers.sea.id, servers.sky.id],
      line: 'id',
      env: { A: 'b' },
      scheduledAt: '2030-01-01T00:00:00Z',
    },
  ],
  ['command.submit', { serverIds: [servers.sea.id], line: 'mysql -phunter2', account: 'x' }],
]

/**
 * Breaks the first statement, then the second, and so on until a run gets through unbroken. All in one world: what a broken
 * run left behind nowhere does not keep the next from its end either.
 */
test.each(acts)('%s lands whole or not at all, wherever the database fails', async (name, body) => {
  const breaker = new Breaker()
  await using w = await world({ machines: true, breaker })
  const before = await stateOf(w)
  for (let statement = 1, finished = false; !finished; statement++) {
    breaker.breakAt(statement)
    const { status } = await w.as('ada').tell(name, body)
    breaker.mend()
    finished = status !== 500

    const after = await stateOf(w)
    const isChanged = after.rows !== before.rows
    const isRecorded = after.entries > before.entries
    if (finished) expect(isRecorded, 'what was done, or refused, is recorded').toBe(true)
    else {
      expect({ statement, isChanged, isRecorded }).toEqual({ statement, isChanged: false, isRecorded: false })
      expect((await w.recorded()).at(-1)).toMatchObject({
        kind: 'request.failed',
        data: { status: 500, endpoint: name },
      })
    }
    if (finished) expect(statement, 'the loop must have broken something first').toBeGreaterThan(2)
  }
})

test('a cancelled command is cancelled with its entry', async () => {
  await using w = await world({ machines: true })
  const { body } = await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })
  const cancelled = await w.as('mina').tell('command.cancel', { id: body.commands[0].id })
  expect(cancelled.body).toMatchObject({
    status: 'Cancelled',
    reason: 'Cancelled by Mina Park before it was picked up',
  })
  expect((await w.recorded()).map(({ kind }) => kind)).toEqual(['command.submitted', 'command.cancelled'])
  expect((await w.as('mina').tell('command.cancel', { id: commands.minaSea.id })).status).toBe(409)
})
