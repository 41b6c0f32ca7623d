import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { rowHeights, usePreferences } from '../preferences.ts'
import { useTier } from '../use-clock.ts'
import { Band } from './Band.tsx'
import type { Column, Line, PhoneRow } from './column.ts'
import { Head, Row } from './Row.tsx'
import { asTable } from './roles.ts'
import { useColumns } from './use-columns.ts'
import { useTableKeys } from './use-table-keys.ts'
import './table.css'

export interface RecordTableProps<T> {
  /** Names the list in a person's preferences. */
  readonly name: string
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly lines: readonly Line<T>[]
  readonly idOf: (row: T) => string
  readonly titleOf: (row: T) => string
  readonly phone: (row: T) => PhoneRow
  readonly detail: (row: T) => ReactNode
  readonly openId: string | null
  readonly onOpen: (id: string | null) => void
  readonly more?: { readonly has: boolean; readonly busy: boolean; readonly load: () => void }
  /** What stands under the last row. */
  readonly foot?: ReactNode
  /** `O`: opens the row in its own page. */
  readonly onOpenPage?: (row: T) => void
  /** `C` and `⇧C`: the exact line, and a link to it. */
  readonly copies?: { readonly line: (row: T) => string; readonly link: (row: T) => string }
  readonly onScrolled?: (isAtTop: boolean) => void
  /** Changes when the list should go back to its top. */
  readonly topToken?: number
  /** What scrolls, where the list is the lower part of a page that scrolls as a whole. */
  readonly within?: RefObject<HTMLElement | null>
}

/** A list of the record: virtual rows, opened in place, worked by keyboard, with bands for what is missing. */
export function RecordTable<T>(props: RecordTableProps<T>) {
  const { lines, idOf, openId, onOpen, more, onScrolled } = props
  const tier = useTier()
  const { density } = usePreferences()
  const phone = tier === 'phone'
  const height = phone ? 60 : rowHeights[density]
  const own = useRef<HTMLElement>(null)
  const scroll = props.within ?? own
  const [rowsRef, rowsTop] = useTopWithin(props.within)
  const [atId, setAtId] = useState<string | null>(openId)
  const columns = useColumns(props.name, props.columns, tier)

  const keyOf = useCallback(
    (index: number) => {
      const line = lines[index]!
      return line.kind === 'row' ? idOf(line.row) : line.id
    },
    [lines, idOf],
  )
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: 12,
    scrollMargin: rowsTop,
  })
  // Every kept height is stale when the density changes.
  useEffect(() => list.measure(), [height])
  useTableKeys({ ...props, scrollTo: (index) => list.scrollToIndex(index), atId, setAtId })

  useEffect(() => {
    if (props.topToken) scroll.current?.scrollTo({ top: 0 })
  }, [props.topToken])

  const items = list.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more?.has && !more.busy && last >= lines.length - 20) more.load()
  }, [more, last, lines.length])

  const style = {
    '--cols': `20px ${columns.map((column) => column.width).join(' ')}`,
    '--row': `${height}px`,
  } as CSSProperties
  const isWithin = props.within !== undefined
  return (
    <section
      className={`table${phone ? ' phone' : ''}${isWithin ? ' inline' : ''}`}
      ref={own}
      style={style}
      onScroll={(event) => onScrolled?.(event.currentTarget.scrollTop < 8)}
      // A region that scrolls must be reachable by keyboard.
      {...(isWithin ? {} : { tabIndex: 0, 'aria-label': `${props.label}, scrolls` })}
    >
      <div {...asTable(props.label)}>
        {!phone && <Head columns={columns} />}
        <div ref={rowsRef} style={{ height: list.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const line = lines[item.index]
            if (line === undefined) return null
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={list.measureElement}
                className="line"
                style={{ transform: `translateY(${item.start - rowsTop}px)` }}
              >
                {line.kind === 'band' ? (
                  <Band className={`band ${line.className}`}>{line.content}</Band>
                ) : (
                  <Row
                    index={item.index}
                    row={line.row}
                    columns={columns}
                    phone={phone ? props.phone(line.row) : null}
                    title={props.titleOf(line.row)}
                    isAt={atId === idOf(line.row)}
                    isOpen={openId === idOf(line.row)}
                    onToggle={() => {
                      const id = idOf(line.row)
                      setAtId(id)
                      onOpen(openId === id ? null : id)
                    }}
                    detail={props.detail}
                  />
                )}
              </div>
            )
          })}
        </div>
      </div>
      {props.foot !== undefined && <div className="band end-of-list">{props.foot}</div>}
    </section>
  )
}

/** How far below the top of what scrolls an element begins, in pixels; nothing where it scrolls by itself. */
function useTopWithin(within: RefObject<HTMLElement | null> | undefined) {
  const element = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const outer = within?.current
    if (!outer) return
    const measure = () => {
      const inner = element.current
      if (inner === null) return
      setTop(inner.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop)
    }
    const resized = new ResizeObserver(measure)
    for (const part of outer.children) resized.observe(part)
    measure()
    return () => resized.disconnect()
  }, [within])
  return [element, top] as const
}
