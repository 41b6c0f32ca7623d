import { useKeys } from '../keys.ts'
import { copyText } from '../parts/copy-text.ts'
import type { RecordTableProps } from './RecordTable.tsx'

type Props<T> = RecordTableProps<T> & {
  readonly scrollTo: (index: number) => void
  readonly atId: string | null
  readonly setAtId: (id: string) => void
}

/** J, K and the arrows, Enter, O, C and ⇧C: what every list answers. */
export function useTableKeys<T>(props: Props<T>): void {
  const { lines, idOf, atId, openId, onOpen, onOpenPage, copies } = props
  const indexes = () => lines.flatMap((line, index) => (line.kind === 'row' ? [index] : []))
  const rowAt = (index: number) => {
    const line = lines[index]
    return line?.kind === 'row' ? line.row : undefined
  }
  const current = () => indexes().find((index) => idOf(rowAt(index)!) === atId)

  const step = (by: 1 | -1) => {
    const all = indexes()
    const place = all.findIndex((index) => idOf(rowAt(index)!) === atId)
    const next = all[place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + by))]
    if (next === undefined) return
    // Enter is now for the row, not for the button that was used before.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    props.setAtId(idOf(rowAt(next)!))
    props.scrollTo(next)
  }
  const withRow = (act: (row: T) => void) => () => {
    const index = current()
    if (index !== undefined) act(rowAt(index)!)
  }
  const copy = (text: string, what: string) => {
    void copyText(text, `Copied ${what}.`)
  }
  const toggle = withRow((row) => onOpen(openId === idOf(row) ? null : idOf(row)))
  const down = () => step(1)
  const up = () => step(-1)
  useKeys({
    j: down,
    k: up,
    ArrowDown: down,
    ArrowUp: up,
    Enter: toggle,
    ...(onOpenPage === undefined ? {} : { o: withRow(onOpenPage) }),
    ...(copies === undefined
      ? {}
      : {
          c: withRow((row) => copy(copies.line(row), 'the line')),
          'Shift+c': withRow((row) => copy(copies.link(row), 'the link')),
        }),
  })
}
