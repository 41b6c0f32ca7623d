import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { clientWords } from '../../../base/web/client-words.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import { identity } from './client.ts'

/** Sign-ins from somewhere new that nobody has said yes to. */
export function NewPlaces() {
  const { data } = useQuery(identity.ask('auth.notices', {}))
  const dismiss = identity.useTell('auth.dismiss-notices', ['auth.notices', 'auth.sessions'])
  if (data === undefined || data.items.length === 0) return null
  return (
    <section className="new-places" aria-labelledby="new-places-title">
      <div>
        <h2 id="new-places-title">Was this you?</h2>
        <ul className="security-list">
          {data.items.map((notice) => (
            <li key={notice.id}>
              <span>
                Signed in from <b>{visible(notice.address)}</b>,{' '}
                <VisibleText text={clientWords(notice.client) || 'an unnamed client'} />,{' '}
                <When at={notice.at} />, not seen before
              </span>
            </li>
          ))}
        </ul>
        <p className="dim">
          If it was not, change your password, end that session below and tell an administrator.
        </p>
        {dismiss.error !== null && (
          <p className="form-error" role="alert">
            {visible(dismiss.error.message)}
          </p>
        )}
        <div className="security-actions">
          <Button
            loading={dismiss.isPending}
            onClick={() => dismiss.mutate({ ids: data.items.map(({ id }) => id) })}
          >
            It was me
          </Button>
        </div>
      </div>
    </section>
  )
}
