import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { insertRows, replaceRows } from './row-pages.ts'

const row = (id: number, version = 0) => ({ id: String(id).padStart(6, '0'), version })
const ids = fc.uniqueArray(fc.nat(999), { maxLength: 40 })

/** Pages of a few rows each, newest first, as a keyset list sends them. */
function paged(numbers: readonly number[], size = 5) {
  const sorted = [...numbers].sort((left, right) => right - left).map((id) => row(id))
  const pages: { items: ReturnType<typeof row>[]; next: string | null }[] = []
  for (let at = 0; at < sorted.length; at += size)
    pages.push({ items: sorted.slice(at, at + size), next: at + size < sorted.length ? 'more' : null })
  return pages.length === 0 ? [{ items: [], next: null }] : pages
}
const flat = (pages: { items: ReturnType<typeof row>[] }[]) => pages.flatMap(({ items }) => items)

describe('rows of a live list', () => {
  it('inserting keeps every row once, newest first', () => {
    fc.assert(
      fc.property(ids, ids, (shown, arrived) => {
        const all = flat(
          insertRows(
            paged(shown),
            arrived.map((id) => row(id)),
          ),
        ).map(({ id }) => id)
        const expected = [...new Set([...shown, ...arrived])].sort((left, right) => right - left)
        expect(all).toEqual(expected.map((id) => row(id).id))
      }),
    )
  })

  it('a newer version of a shown row takes its place and nothing moves', () => {
    fc.assert(
      fc.property(ids, ids, (shown, arrived) => {
        const pages = paged(shown)
        const { pages: next, unknown } = replaceRows(
          pages,
          arrived.map((id) => row(id, 1)),
        )
        expect(flat(next).map(({ id }) => id)).toEqual(flat(pages).map(({ id }) => id))
        for (const { id, version } of flat(next)) expect(version).toBe(arrived.includes(Number(id)) ? 1 : 0)
        expect(unknown.map(({ id }) => Number(id)).sort()).toEqual(
          arrived.filter((id) => !shown.includes(id)).sort(),
        )
      }),
    )
  })

  it('rows older than what was read wait for their page', () => {
    const pages = [{ items: [row(9), row(8)], next: 'more' }]
    expect(replaceRows(pages, [row(3), row(10)]).unknown).toEqual([row(10)])
  })
})
