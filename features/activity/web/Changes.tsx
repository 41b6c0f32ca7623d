import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'

interface Change {
  readonly before?: unknown
  readonly after?: unknown
}

/** `{ field: { before, after } }`, as an event names what it changed; undefined where it is none. */
export function changesOf(data: Readonly<Record<string, unknown>>): [string, Change][] | undefined {
  const { changed } = data
  if (typeof changed !== 'object' || changed === null || Array.isArray(changed)) return undefined
  const fields = Object.entries(changed as Record<string, unknown>)
  const isChange = (value: unknown): value is Change =>
    typeof value === 'object' && value !== null && ('before' in value || 'after' in value)
  return fields.every(([, value]) => isChange(value)) ? (fields as [string, Change][]) : undefined
}

export const words = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '–'
    : typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((one) => typeof one !== 'object')
        ? value.join(', ') || 'none'
        : typeof value === 'boolean'
          ? value
            ? 'yes'
            : 'no'
          : JSON.stringify(value)

/** A field as it is named in an entry, in words: `ownerName` is "Owner name". */
export const fieldWords = (name: string): string => {
  const parted = name.replace(/(?<=[a-z0-9])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return parted.charAt(0).toUpperCase() + parted.slice(1)
}

/** What a request changed, each field as it was and as it is. */
export function Changes({ of }: { of: readonly [string, Change][] }) {
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {of.map(([field, { before, after }]) => (
          <tr key={field}>
            <th scope="row">
              <VisibleText text={fieldWords(field)} />
            </th>
            <td className="faint">
              <VisibleText text={words(before)} />
            </td>
            <td>
              <VisibleText text={words(after)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
