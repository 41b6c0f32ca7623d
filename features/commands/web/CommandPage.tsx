import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Refused } from '../../../base/web/client/refused.ts'
import { Bones } from '../../../base/web/parts/Bones.tsx'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { Status } from '../../../base/web/parts/Glyph.tsx'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { NotFoundPage } from '../../../base/web/shell/NotFoundPage.tsx'
import { useViewer } from '../../../base/web/viewer.ts'
import { CommandDetail } from './CommandDetail.tsx'
import { commands } from './client.ts'
import { statusLooks } from './command-status.ts'

/** One command in its own page. */
export function CommandPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { role } = useViewer()
  const { data, error, refetch } = useQuery({
    ...commands.ask('command.read', { id }),
    refetchInterval: ({ state }) =>
      state.data?.output.complete === false || state.data?.entry === null ? 2000 : false,
  })
  const label = role === 'member' ? 'My commands' : 'Commands'
  if (error instanceof Refused && (error.status === 404 || error.status === 400)) return <NotFoundPage />
  if (error !== null && data === undefined)
    return <ReadError what="This command" error={error} onAgain={() => void refetch()} />
  return (
    <>
      <PageHead
        title={data === undefined ? 'Command' : visible(data.line.slice(0, 80))}
        crumb={{ label, to: '/commands' }}
      />
      {data === undefined ? (
        <Bones label="The command" className="command-page" />
      ) : (
        <div className="scroll command-page">
          <div className="command-title">
            <h2>
              <VisibleText text={data.line} className="mono" />
            </h2>
            <Copy value={data.line} what="the line" />
            <Status
              glyph={statusLooks[data.status][0]}
              tone={statusLooks[data.status][1]}
              word={data.status}
            />
          </div>
          <CommandDetail row={data} tall />
        </div>
      )}
    </>
  )
}
