import { Button } from '@mantine/core'
import { useState } from 'react'
import { useList } from '../../../../base/web/client/use-list.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import { identity } from '../client.ts'

/** Who signs in at the provider, and a way to end that for one of them. */
export function LinkList({ readOnly }: { readOnly: boolean }) {
  const { rows, error, again, more } = useList(['single-sign-on.links', {}], (cursor, signal) =>
    identity.read('single-sign-on.links', { ...cursor }, signal),
  )
  const [leaving, setLeaving] = useState<{ personId: string; name: string } | null>(null)
  const unlink = identity.useTell('single-sign-on.unlink', ['single-sign-on.links'])
  return (
    <section className="settings-section">
      <h2>People who sign in this way</h2>
      {error !== null ? (
        <ReadError what="The list of links" error={error} onAgain={again} />
      ) : rows === undefined ? null : rows.length === 0 ? (
        <p className="faint">Nobody yet.</p>
      ) : (
        <ul className="links">
          {rows.map(({ personId, username, name, issuer, subject, linkedAt }) => (
            <li key={`${personId} ${issuer}`}>
              <div>
                <VisibleText text={name} /> <span className="faint">{visible(username)}</span>
                <p className="faint">
                  <VisibleText text={subject} className="mono" /> at <VisibleText text={issuer} />,{' '}
                  <When at={linkedAt} />
                </p>
              </div>
              {!readOnly && (
                <Button variant="subtle" onClick={() => setLeaving({ personId, name })}>
                  Unlink<span className="sr-only"> {visible(name)}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {more.has && (
        <Button onClick={more.load} loading={more.busy}>
          Show more
        </Button>
      )}
      {leaving !== null && (
        <Dialog
          title={`Unlink ${visible(leaving.name)}`}
          submit="Unlink"
          danger
          isBusy={unlink.isPending}
          problem={unlink.error === null ? undefined : visible(unlink.error.message)}
          onClose={() => setLeaving(null)}
          onSubmit={() =>
            unlink.mutate({ personId: leaving.personId }, { onSuccess: () => setLeaving(null) })
          }
        >
          <p>
            Their sessions end. The next sign-in at the provider is treated as that of a stranger; a password,
            where they have one, stays.
          </p>
        </Dialog>
      )}
    </section>
  )
}
