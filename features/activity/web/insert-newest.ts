interface Row {
  readonly id: number
  readonly at: string
}
interface PageOf<R extends Row> {
  readonly items: R[]
}

const newestFirst = (left: Row, right: Row) =>
  left.at === right.at ? right.id - left.id : left.at < right.at ? 1 : -1

/**
 * Puts rows that came meanwhile where they belong in the pages read so far, the newer version of one that is there in
 * its place. What is older than everything read comes with the next page.
 */
export function insertNewest<R extends Row, P extends PageOf<R>>(pages: P[], rows: readonly R[]): P[] {
  if (rows.length === 0 || pages.length === 0) return pages
  const incoming = new Map(rows.map((row) => [row.id, row]))
  const replaced = pages.map((page) => ({
    ...page,
    items: page.items.map((row) => {
      const newer = incoming.get(row.id)
      incoming.delete(row.id)
      return newer ?? row
    }),
  }))
  const [first, ...others] = replaced
  const oldest = pages.at(-1)!.items.at(-1)
  const fresh = [...incoming.values()].filter((row) => oldest === undefined || newestFirst(row, oldest) < 0)
  // Late entries may belong into the middle: every page begins after the last row of the one before.
  const all = [...first!.items, ...others.flatMap(({ items }) => items), ...fresh].sort(newestFirst)
  let from = 0
  return replaced.map((page, place) => {
    const end = pages[place]!.items.at(-1)
    const isLast = place === replaced.length - 1
    const to = isLast || end === undefined ? all.length : all.findIndex(({ id }) => id === end.id) + 1
    const items = all.slice(from, to)
    from = to
    return { ...page, items }
  })
}
