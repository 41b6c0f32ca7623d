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

/** The name of one person, for a filter that came with a link; empty where one may not see them. */
export const personName = async (id: string) =>
  identity.read('person.read', { id }).then(
    ({ name }) => name,
    () => '',
  )
