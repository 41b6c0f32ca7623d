import { identity } from './client.ts'

/** People by name, for a filter. */
export async function personChoices(text: string) {
  const { items } = await identity.read('person.list', { limit: 50, ...(text === '' ? {} : { text }) })
  return items.map(({ id, name }) => ({ value: id, label: name }))
}
