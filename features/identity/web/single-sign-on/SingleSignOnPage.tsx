import { useQuery } from '@tanstack/react-query'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Copy } from '../../../../base/web/parts/Copy.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import { identity } from '../client.ts'
import { Frame } from '../Frame.tsx'
import { settingsViews } from '../views.ts'
import { LinkList } from './LinkList.tsx'
import { SingleSignOnForm } from './SingleSignOnForm.tsx'
import '../settings/settings.css'
import './single-sign-on.css'

/** Settings → Single sign-on: which provider, whom it lets in, and what its claims give. */
export function SingleSignOnPage() {
  const { role } = useViewer()
  const { data, error, refetch } = useQuery(identity.ask('single-sign-on.read', {}))
  const readOnly = role !== 'admin'
  return (
    <>
      <Frame title="Settings" views={settingsViews('Single sign-on')} />
      {data !== undefined ? (
        <div className="settings-page">
          <section className="settings-section">
            <p className="dim">
              People can sign in at your own identity provider, by OpenID Connect. Register Annals there as a
              web application with this redirect address:
            </p>
            <p className="callback">
              <code>{data.callback}</code>
              <Copy value={data.callback} what="the redirect address" />
            </p>
          </section>
          <SingleSignOnForm key={JSON.stringify(data)} stored={data} readOnly={readOnly} />
          <LinkList readOnly={readOnly} />
        </div>
      ) : error !== null ? (
        <ReadError what="The settings" error={error} onAgain={() => void refetch()} />
      ) : (
        <Bones label="The settings" className="settings-page" />
      )}
    </>
  )
}
