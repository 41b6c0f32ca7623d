import { gone, password, people, teams } from '../../seed/story.ts'
import { type ApiClient, signedIn } from './api-client.ts'

interface Listed {
  readonly items: readonly { readonly id: string; readonly username: string; readonly name: string }[]
}

/** What one sees on the Commands page: every outcome once, told by real commands on this machine. */
const lines: readonly { line: string; rest?: object }[] = [
  { line: 'uname -a; uptime' },
  { line: 'id; echo out; echo err >&2; exit 3' },
  { line: 'for i in 1 2 3 4 5; do echo step $i; sleep 1; done' },
  { line: 'printf "\\033[32mgreen\\033[0m and \\033[1mbold\\033[0m\\n"' },
  { line: 'sleep 3600', rest: { timeoutSeconds: 2 } },
  { line: 'df -h /', rest: { scheduledAt: new Date(Date.now() + 24 * 3_600_000).toISOString() } },
  { line: 'no-such-program --at-all' },
]

/** Tells the story of seed/story.ts to a running server through its API, once. @returns whether it was told now. */
export async function tellStory(url: string, adminPassword: string): Promise<boolean> {
  const admin = await signedIn(url, 'admin', adminPassword)
  const known = await admin.ask<Listed>('person.list', { limit: '200' })
  if (known.items.some(({ username }) => username === people.mina.username)) return false
  const ids = new Map<string, string>()
  for (const { username, name, role } of Object.values({ ...people, ...gone })) {
    const { id } = await admin.tell<{ id: string }>('person.create', { username, name, role, password })
    ids.set(username, id)
  }
  const { id: seaId } = await admin.tell<{ id: string }>('group.create', { name: teams.sea.name })
  const { id: skyId } = await admin.tell<{ id: string }>('group.create', { name: teams.sky.name })
  const member = (username: string, role: string) => ({ personId: ids.get(username), role })
  await admin.tell('group.set-members', {
    id: seaId,
    members: [member('mina', 'manager'), member('theo', 'member')],
  })
  await admin.tell('group.set-members', {
    id: skyId,
    members: [member('juno', 'owner'), member('gus', 'manager'), member('sven', 'member')],
  })
  await admin.tell('person.suspend', { id: ids.get('sven') })
  await admin.tell('person.remove', { id: ids.get('rhea') })
  await runCommands(url, admin, seaId)
  return true
}

/** Half by Mina, half by Theo, so that each sees their own and Olga sees both. */
async function runCommands(url: string, admin: ApiClient, groupId: string): Promise<void> {
  const servers = await admin.ask<Listed>('server.list')
  const here = servers.items[0]
  if (here === undefined) return
  await admin.tell('server.set-groups', { id: here.id, groupIds: [groupId] })
  const members = [await signedIn(url, 'mina', password), await signedIn(url, 'theo', password)]
  for (const [index, { line, rest }] of lines.entries())
    await members[index % 2]!.tell('command.submit', { serverIds: [here.id], line, ...rest })
}
