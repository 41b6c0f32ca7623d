import type { ReactNode } from 'react'
import type { GlyphName, Tone } from '../parts/Glyph.tsx'
import type { Tier } from '../use-clock.ts'

export interface Column<T> {
  readonly id: string
  readonly head: string
  /** A CSS grid track. */
  readonly width: string
  readonly cell: (row: T) => ReactNode
  /** Figures and dates stand at the end. */
  readonly end?: boolean
  /** Shown from this much room on; what is hidden is in the opened row. */
  readonly from?: Exclude<Tier, 'phone'>
  /** Columns that identify the row cannot be hidden. */
  readonly fixed?: boolean
  readonly sorted?: 'ascending' | 'descending'
}

/** A row on a phone: two lines. */
export interface PhoneRow {
  readonly glyph: GlyphName
  readonly tone: Tone
  readonly title: ReactNode
  /** The status as a word, then what else identifies the row. */
  readonly under: readonly ReactNode[]
  readonly end: ReactNode
}

export type Line<T> =
  | { readonly kind: 'row'; readonly row: T }
  | { readonly kind: 'band'; readonly id: string; readonly className: string; readonly content: ReactNode }

const room: Record<Tier, number> = { phone: 0, small: 1, medium: 2, wide: 3 }

export const fits = (column: { readonly from?: Tier }, tier: Tier): boolean =>
  room[tier] >= room[column.from ?? 'small']
