/**
 * The layout of a list is a CSS grid with virtual rows, which table elements cannot be; these give it a table's
 * meaning. They are spread, since the elements that carry them are not interactive themselves.
 */
export const asTable = { role: 'table' } as const
export const asRow = { role: 'row' } as const
export const asHead = { role: 'columnheader' } as const
export const asCell = { role: 'cell' } as const
