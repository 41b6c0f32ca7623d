import { ActionIcon, Checkbox, Popover, SegmentedControl, Tooltip } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { type Density, prefer, usePreferences } from '../preferences.ts'
import type { Column } from './column.ts'

/** Which columns a list shows, and how tightly. Kept per person and list in this browser. */
export function ColumnsMenu<T>({ name, columns }: { name: string; columns: readonly Column<T>[] }) {
  const { hidden, density } = usePreferences()
  const here = hidden[name] ?? []
  return (
    <Popover width={276} position="bottom-end" shadow="md" offset={6} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="Columns and density">
          <ActionIcon aria-label="Columns and density">
            <IconColumns size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Columns and density">
        <h2>Density</h2>
        <SegmentedControl
          fullWidth
          value={density}
          onChange={(value) => prefer({ density: value as Density })}
          aria-label="Density"
          data={[
            { value: 'compact', label: 'Compact' },
            { value: 'standard', label: 'Standard' },
            { value: 'comfortable', label: 'Comfortable' },
          ]}
        />
        <h2 className="pop-next">Columns</h2>
        <div className="checks">
          {columns
            .filter((column) => column.fixed !== true)
            .map((column) => (
              <Checkbox
                key={column.id}
                size="xs"
                label={column.head}
                checked={!here.includes(column.id)}
                onChange={(event) =>
                  prefer({
                    hidden: {
                      ...hidden,
                      [name]: event.currentTarget.checked
                        ? here.filter((id) => id !== column.id)
                        : [...here, column.id],
                    },
                  })
                }
              />
            ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
