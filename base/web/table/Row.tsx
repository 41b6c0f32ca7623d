import { IconChevronRight } from '@tabler/icons-react'
import { Fragment, type MouseEvent, type ReactNode } from 'react'
import { Glyph } from '../parts/Glyph.tsx'
import { Band } from './Band.tsx'
import type { Column, PhoneRow } from './column.ts'
import { asCell, asHead, asRow } from './roles.ts'

export function Head<T>({ columns }: { columns: readonly Column<T>[] }) {
  return (
    <div {...asRow()} className="thead">
      <span {...asHead()}>
        <span className="sr-only">Open</span>
      </span>
      {columns.map((column) => (
        <span
          key={column.id}
          {...asHead({ 'aria-sort': column.sorted })}
          className={column.end ? 'end' : undefined}
        >
          {column.id === 'record' || column.id === 'do' ? (
            <span className="sr-only">{column.head}</span>
          ) : (
            column.head
          )}
          {column.sorted === 'descending' && ' ↓'}
        </span>
      ))}
    </div>
  )
}

interface Props<T> {
  readonly index: number
  readonly row: T
  readonly columns: readonly Column<T>[]
  readonly phone: PhoneRow | null
  readonly title: string
  readonly isAt: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly detail: (row: T) => ReactNode
}

/** A click anywhere on the row is a convenience; the chevron is the button. */
const isPlainClick = (event: MouseEvent) =>
  !(event.target as Element).closest('a, button, input') && !getSelection()?.toString()

export function Row<T>({ index, row, columns, phone, title, isAt, isOpen, onToggle, detail }: Props<T>) {
  const className = `row${isAt ? ' at' : ''}`
  return (
    <>
      <div
        {...asRow({
          'aria-rowindex': index + 2,
          onClick: (event) => isPlainClick(event) && onToggle(),
        })}
        className={className}
      >
        {phone === null ? (
          <>
            <Cell>
              <Twist title={title} isOpen={isOpen} onToggle={onToggle} />
            </Cell>
            {columns.map((column) => (
              <Cell key={column.id} className={column.end ? 'end' : undefined}>
                {column.cell(row)}
              </Cell>
            ))}
          </>
        ) : (
          <PhoneCells phone={phone} isOpen={isOpen} onToggle={onToggle} />
        )}
      </div>
      {isOpen && <Band className="detail">{detail(row)}</Band>}
    </>
  )
}

function Cell({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <span {...asCell} className={className}>
      {children}
    </span>
  )
}

function Twist({ title, isOpen, onToggle }: { title: string; isOpen: boolean; onToggle: () => void }) {
  return (
    <button
      type="button"
      className="twist"
      aria-expanded={isOpen}
      aria-label={`${isOpen ? 'Close' : 'Open'} ${title}`}
      onClick={onToggle}
    >
      <IconChevronRight size={14} />
    </button>
  )
}

function PhoneCells({ phone, isOpen, onToggle }: { phone: PhoneRow; isOpen: boolean; onToggle: () => void }) {
  return (
    <>
      <Cell className="m-glyph">
        <Glyph of={phone.glyph} tone={phone.tone} />
      </Cell>
      <Cell className="m-main">
        <button type="button" className="m-button" aria-expanded={isOpen} onClick={onToggle}>
          <span className="m-title clip">{phone.title}</span>
          <span className="sub">
            {phone.under.map((part, index) => (
              <Fragment key={index}>
                {index > 0 && <span aria-hidden="true">·</span>}
                <span className={index === 0 ? `tone-${phone.tone}` : 'clip'}>{part}</span>
              </Fragment>
            ))}
          </span>
        </button>
      </Cell>
      <Cell className="m-end num faint">{phone.end}</Cell>
    </>
  )
}
