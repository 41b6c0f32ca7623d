import { columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'
import { usePreferences } from '../preferences.ts'
import type { Tier } from '../use-clock.ts'
import { type Column, fits } from './column.ts'

const features = tableFeatures({ columnVisibilityFeature })
const noRows: never[] = []

/** The columns to show: those there is room for, without those this person hid. */
export function useColumns<T>(name: string, columns: readonly Column<T>[], tier: Tier): Column<T>[] {
  const hidden = usePreferences().hidden[name]
  const definitions = useMemo(() => columns.map(({ id, head }) => ({ id, header: head })), [columns])
  const columnVisibility = useMemo(
    () =>
      Object.fromEntries(
        columns.map((column) => [
          column.id,
          fits(column, tier) && (column.fixed === true || !hidden?.includes(column.id)),
        ]),
      ),
    [columns, hidden, tier],
  )
  const table = useTable({ features, columns: definitions, data: noRows, state: { columnVisibility } })
  const shown = table
    .getVisibleLeafColumns()
    .map(({ id }) => id)
    .join(' ')
  return useMemo(() => {
    const ids = shown.split(' ')
    return columns.filter(({ id }) => ids.includes(id))
  }, [columns, shown])
}
