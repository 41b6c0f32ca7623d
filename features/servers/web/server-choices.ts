import { servers } from './client.ts'

/** Servers by name, for a filter or a picker. */
export async function serverChoices(text: string) {
  const { items } = await servers.read('server.list', { limit: 50, ...(text === '' ? {} : { text }) })
  return items.map(({ id, name }) => ({ value: id, label: name }))
}

export const serverName = async (id: string): Promise<string> =>
  (await servers.read('server.read', { id })).name
