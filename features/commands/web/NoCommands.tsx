import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Completeness } from '../../../base/common/api.ts'
import { presetOf } from '../../../base/web/filters/dates.ts'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { Plate } from '../../../base/web/parts/Plate.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { serverName } from '../../servers/web/index.ts'
import type { CommandFilter } from './filter.ts'

interface Props {
  readonly filter: CommandFilter
  readonly url: UrlFilter
  readonly completeness: Completeness | undefined
  readonly onChange: (change: UrlFilter) => void
  readonly onClear: () => void
}

/** An empty list says whether it is an answer or a gap. */
export function NoCommands({ filter, url, completeness, onChange, onClear }: Props) {
  const server = useQuery({
    queryKey: ['choice-name', 'Server', filter.serverId],
    queryFn: () => serverName(filter.serverId!),
    enabled: filter.serverId !== undefined,
  })
  const behind = completeness === undefined ? 0 : completeness.servers - completeness.complete
  const late = behind > 0 && (
    <p>
      {behind} {behind === 1 ? 'server is' : 'servers are'} behind, so rows may still arrive.
    </p>
  )
  if (Object.keys(filter).length === 0) {
    return (
      <Plate kind="empty" title={behind > 0 ? 'Nothing yet' : 'No commands yet'}>
        {late || (
          <p>
            The first one you run from a terminal, the command line or an agent shows up here within a second.
          </p>
        )}
      </Plate>
    )
  }
  const preset = presetOf(url['date'])
  return (
    <Plate
      kind="empty"
      title="No command matches these filters"
      actions={
        <>
          <Button onClick={onClear}>Clear filters</Button>
          {preset !== undefined && preset.value !== '30d' && (
            <Button variant="subtle" onClick={() => onChange({ date: '30d' })}>
              Search the last 30 days
            </Button>
          )}
        </>
      }
    >
      <p>
        Nothing
        {server.data !== undefined && (
          <>
            {' '}
            on{' '}
            <b>
              <VisibleText text={server.data} />
            </b>
          </>
        )}
        {filter.text !== undefined ? (
          <>
            {' '}
            contained{' '}
            <code>
              <VisibleText text={filter.text} />
            </code>
          </>
        ) : (
          ' is like that'
        )}
        {preset !== undefined && ` ${preset.words}`}.{' '}
        {behind === 0 &&
          completeness !== undefined &&
          completeness.servers > 0 &&
          'The record is complete for these servers, so this is an answer, not a gap.'}
      </p>
      {late}
    </Plate>
  )
}
