import { identity } from './client.ts'

/** People by name, for a filter: also those who were removed, since the record has their rows. */
export async function personChoices(text: string) {
  const { items } = await identity.read('person.list', {
    limit: 50,
    status: 'any',
    ...(text === '' ? {} : { text }),
  })
  return items.map(({ id, name }) => ({ value: id, label: name }))
}
