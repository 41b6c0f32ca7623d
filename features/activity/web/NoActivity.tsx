import { Button } from '@mantine/core'
import { Plate } from '../../../base/web/parts/Plate.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import type { ActivityFilter } from './filter.ts'

/** An empty log says whether it is an answer or a beginning. */
export function NoActivity({ filter, onClear }: { filter: ActivityFilter; onClear: () => void }) {
  if (Object.keys(filter).length === 0)
    return (
      <Plate kind="empty" title="Nothing yet">
        <p>Every sign-in, change and refusal shows up here within a second.</p>
      </Plate>
    )
  return (
    <Plate
      kind="empty"
      title="Nothing matches these filters"
      actions={<Button onClick={onClear}>Clear filters</Button>}
    >
      <p>
        {filter.text === undefined ? (
          'Nobody did anything like that.'
        ) : (
          <>
            Nothing mentions{' '}
            <code>
              <VisibleText text={filter.text} />
            </code>
            .
          </>
        )}{' '}
        Every request leaves its row, so this is an answer, not a gap.
      </p>
    </Plate>
  )
}
