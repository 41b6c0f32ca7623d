import { Button } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useList } from '../../../../base/web/client/use-list.ts'
import { ChoiceChip } from '../../../../base/web/filters/ChoiceChip.tsx'
import { DateChip } from '../../../../base/web/filters/DateChip.tsx'
import { rangeOf } from '../../../../base/web/filters/dates.ts'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { To } from '../../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import { allWords } from '../../../../base/web/time.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { personChoices } from '../../../identity/web/index.ts'
import { serverChoices, serverName } from '../../../servers/web/index.ts'
import { recordings, terminals } from '../client.ts'
import { WebshHead } from '../list/WebshHead.tsx'
import { terminalTitle } from '../terminal-title.ts'
import '../../../../base/web/table/table.css'
import '../list/websh.css'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What was run in terminals, newest first. */
export function RunPage() {
  const { role } = useViewer()
  const [url, change] = useUrlFilter()
  const key = JSON.stringify(url)
  const filter = useMemo(() => {
    const { text, serverId, personId } = JSON.parse(key) as Record<string, string>
    return {
      ...(text ? { text: text.slice(0, 200) } : {}),
      ...(serverId && UUID.test(serverId) ? { serverId } : {}),
      ...(personId && UUID.test(personId) ? { personId } : {}),
      ...rangeOf(JSON.parse(key), Date.now()),
    }
  }, [key])
  const list = useList(['terminal.find-commands', filter], (cursor, signal) =>
    recordings.read('terminal.find-commands', { ...filter, limit: 100, ...cursor }, signal),
  )
  const rows = list.rows ?? []
  const ids = [...new Set(rows.map(({ terminalId }) => terminalId))]
  const about = useQueries({
    queries: ids.map((id) => ({ ...terminals.ask('terminal.read', { id }), staleTime: 60_000 })),
  })
  const terminalOf = new Map(ids.map((id, index) => [id, about[index]?.data]))
  return (
    <>
      <WebshHead at="Commands run" />
      <FilterBar
        search="Search commands run in terminals"
        text={url['text'] ?? ''}
        onText={(text) => change({ text: text === '' ? undefined : text })}
        isDated
        setCount={['serverId', 'personId', 'date', 'from'].filter((name) => url[name]).length}
      >
        {role !== 'member' && (
          <ChoiceChip
            label="User"
            value={url['personId']}
            choices={personChoices}
            onChange={(personId) => change({ personId })}
          />
        )}
        <ChoiceChip
          label="Server"
          value={url['serverId']}
          choices={serverChoices}
          nameOf={serverName}
          onChange={(serverId) => change({ serverId })}
        />
        <DateChip filter={url} onChange={change} />
      </FilterBar>
      {list.error !== null ? (
        <ReadError what="This list" error={list.error} onAgain={list.again} />
      ) : list.isPending ? (
        <Bones label="Commands" className="found-list" />
      ) : rows.length === 0 ? (
        <Plate
          kind="empty"
          title={Object.keys(filter).length === 0 ? 'No commands yet' : 'No command is like that'}
        >
          <p>What is run in a terminal is listed here within seconds, with its moment in the recording.</p>
        </Plate>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="found-list" aria-label="Commands, scrolls" tabIndex={0}>
          {rows.map((command) => {
            const terminal = terminalOf.get(command.terminalId)
            return (
              <To
                key={`${command.terminalId} ${command.no}`}
                to={`/audit/websh/${command.terminalId}`}
                search={{ t: String(command.seconds) }}
                className="found"
              >
                <span className="clip">
                  {terminal !== undefined && (
                    <>
                      {terminalTitle(terminal)}{' '}
                      <span className="faint">
                        <VisibleText text={terminal.operator.name} />
                      </span>
                    </>
                  )}
                </span>
                <code>
                  <VisibleText text={command.text} hit={filter.text} />{' '}
                  {command.exitCode !== undefined && command.exitCode !== 0 && (
                    <span className="tone-fail">exit {command.exitCode}</span>
                  )}
                </code>
                <span className="when-in faint">
                  <When at={command.at} />
                </span>
              </To>
            )
          })}
          <div className="band end-of-list">
            {list.more.has ? (
              <Button variant="subtle" loading={list.more.busy} onClick={list.more.load}>
                Older
              </Button>
            ) : (
              allWords(rows.length, 'command')
            )}
          </div>
        </section>
      )}
    </>
  )
}
