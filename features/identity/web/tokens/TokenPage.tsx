import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Refused } from '../../../../base/web/client/refused.ts'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { NotFoundPage } from '../../../../base/web/shell/NotFoundPage.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import { identity } from '../client.ts'
import type { ServerChoices } from './ServerRules.tsx'
import { TokenDetail } from './TokenDetail.tsx'
import { tokenLooks } from './token-looks.ts'

/** One token in its own page. */
export function TokenPage({ choices }: { readonly choices: ServerChoices }) {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { role } = useViewer()
  const { data, error, refetch } = useQuery(identity.ask('token.read', { id }))
  if (error instanceof Refused && (error.status === 404 || error.status === 400)) return <NotFoundPage />
  if (error !== null && data === undefined)
    return <ReadError what="This token" error={error} onAgain={() => void refetch()} />
  const crumb =
    role === 'member'
      ? { label: 'My tokens', to: '/profile/tokens' }
      : { label: 'Tokens', to: '/people/tokens' }
  return (
    <>
      <PageHead title={data === undefined ? 'Token' : visible(data.name.slice(0, 80))} crumb={crumb} />
      {data === undefined ? (
        <Bones label="The token" className="token-page" />
      ) : (
        <div className="scroll token-page">
          <div className="token-title">
            <h2>
              <VisibleText text={data.name} />
            </h2>
            <Status {...tokenLooks[data.state]} />
          </div>
          <TokenDetail token={data} choices={choices} />
        </div>
      )}
    </>
  )
}
