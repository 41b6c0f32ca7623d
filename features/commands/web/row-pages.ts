interface Row {
  readonly id: string
}
interface PageOf<R extends Row> {
  readonly items: R[]
  readonly next: string | null
}

/**
 * Puts newer versions of shown rows in place and says which rows are not shown. Rows beyond the last page that was
 * read are neither: they come when it is.
 */
export function replaceRows<R extends Row, P extends PageOf<R>>(
  pages: P[],
  rows: readonly R[],
): { pages: P[]; unknown: R[] } {
  const incoming = new Map(rows.map((row) => [row.id, row]))
  let changed = false
  const next = pages.map((page) => {
    if (!page.items.some(({ id }) => incoming.has(id))) return page
    changed = true
    return {
      ...page,
      items: page.items.map((row) => {
        const newer = incoming.get(row.id)
        incoming.delete(row.id)
        return newer ?? row
      }),
    }
  })
  const oldest = pages.at(-1)?.items.at(-1)?.id
  const isWhole = pages.at(-1)?.next === null
  const unknown = [...incoming.values()].filter(({ id }) => isWhole || oldest === undefined || id > oldest)
  return { pages: changed ? next : pages, unknown }
}

/** Puts rows where they belong: ids are ordered by time, the newest stands first. */
export function insertRows<R extends Row, P extends PageOf<R>>(pages: P[], rows: readonly R[]): P[] {
  if (rows.length === 0 || pages.length === 0) return pages
  const known = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)))
  const fresh = rows.filter(({ id }) => !known.has(id))
  return pages.map((page, index) => {
    const isLast = index === pages.length - 1
    const before = index === 0 ? undefined : pages[index - 1]!.items.at(-1)?.id
    const last = page.items.at(-1)?.id
    const here = fresh.filter(
      ({ id }) => (before === undefined || id < before) && (isLast || (last !== undefined && id > last)),
    )
    if (here.length === 0) return page
    const items = [...page.items, ...here].sort((left, right) => (left.id < right.id ? 1 : -1))
    return { ...page, items }
  })
}
