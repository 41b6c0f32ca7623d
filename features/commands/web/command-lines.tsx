import type { Completeness } from '../../../base/common/api.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import type { Line } from '../../../base/web/table/column.ts'
import { count } from '../../../base/web/time.ts'
import type { Hole } from '../../servers/common/server.ts'
import type { CommandRow } from '../common/command.ts'

interface Options {
  readonly rows: readonly CommandRow[]
  readonly completeness: Completeness | undefined
  readonly holes: readonly Hole[]
  /** False while older rows are still to be read: holes among them come with them. */
  readonly isWhole: boolean
  /** Opened by its link and not among the rows. */
  readonly linked: CommandRow | undefined
}

/** The rows with what is known to be missing among them: the horizon and the gaps, each where it belongs in time. */
export function commandLines({ rows, completeness, holes, isWhole, linked }: Options): Line<CommandRow>[] {
  const lines: Line<CommandRow>[] = []
  if (linked !== undefined) {
    lines.push(
      {
        kind: 'band',
        id: 'linked',
        className: 'linked',
        content: 'Opened by its link; these filters or the rows read so far do not contain it',
      },
      { kind: 'row', row: linked },
    )
  }
  const gaps = holes
    .filter(({ state }) => state !== 'filled')
    .map((hole) => ({ hole, at: hole.until ?? hole.since ?? hole.foundAt }))
    .sort((left, right) => (left.at < right.at ? 1 : -1))
  let horizon =
    completeness !== undefined && rows[0] !== undefined && rows[0].submittedAt > completeness.completeTo
  for (const row of rows) {
    if (horizon && row.submittedAt <= completeness!.completeTo) {
      horizon = false
      lines.push({ kind: 'band', id: 'horizon', className: 'horizon', content: 'Complete below this line' })
    }
    while (gaps[0] !== undefined && gaps[0].at >= row.submittedAt) lines.push(gapLine(gaps.shift()!.hole))
    lines.push({ kind: 'row', row })
  }
  if (isWhole) lines.push(...gaps.map(({ hole }) => gapLine(hole)))
  return lines
}

function gapLine(hole: Hole): Line<CommandRow> {
  const { since, until } = hole
  return {
    kind: 'band',
    id: `gap-${hole.id}`,
    className: 'gap',
    content: (
      <span>
        {count(hole.count)} {hole.count === 1 ? 'event' : 'events'} missing from{' '}
        <VisibleText text={hole.serverName} />
        {since !== null && until !== null && (
          <>
            {' '}
            between <When at={since} /> and <When at={until} />
          </>
        )}
        .{' '}
        {hole.state === 'missing' ? (
          'Its agent still holds them; they will appear here.'
        ) : (
          <>
            They are lost: <VisibleText text={hole.why} />
          </>
        )}
      </span>
    ),
  }
}
