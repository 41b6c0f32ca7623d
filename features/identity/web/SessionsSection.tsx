import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useList } from '../../../base/web/client/use-list.ts'
import { clientWords } from '../../../base/web/client-words.ts'
import { Bones } from '../../../base/web/parts/Bones.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import type { Session } from '../common/sign-in.ts'
import { identity } from './client.ts'

const methods: Record<Session['method'], string> = {
  password: 'password',
  totp: 'password and app',
  passkey: 'password and passkey',
  'recovery-code': 'password and recovery code',
  'single-sign-on': 'single sign-on',
}

/** Where one is signed in. */
export function SessionsSection() {
  const cache = useQueryClient()
  const { rows, error, isPending, again, more } = useList<Session>(['auth.sessions', {}], (cursor, signal) =>
    identity.read('auth.sessions', { ...cursor, limit: 50 }, signal),
  )
  const end = identity.useTell('auth.end-session', ['auth.sessions'])
  const endOthers = identity.useTell('auth.end-other-sessions', ['auth.sessions'])
  const problem = end.error ?? endOthers.error
  return (
    <section aria-labelledby="sessions-title">
      <div className="security-head">
        <h2 id="sessions-title">Sessions</h2>
        <p className="dim">Everywhere you are signed in. Ending one closes its pages at once.</p>
      </div>
      <div>
        {isPending && <Bones label="Your sessions" className="bare" />}
        {error !== null && rows === undefined && (
          <ReadError error={error} what="Your sessions" onAgain={again} />
        )}
        <ul className="security-list">
          {rows?.map((session) => (
            <li key={session.id}>
              <span>
                <b>
                  <VisibleText text={clientWords(session.client) || 'An unnamed client'} />
                </b>
                {session.isThis && <span className="security-mark"> this one</span>}
                {session.isNewPlace && <span className="security-mark tone-wait"> new place</span>}
                <br />
                <span className="faint">
                  {visible(session.address)}, {methods[session.method]}, signed in{' '}
                  <When at={session.createdAt} />, seen <When at={session.seenAt} relative />
                </span>
              </span>
              {!session.isThis && (
                <Button
                  loading={end.isPending && end.variables.id === session.id}
                  aria-label={`End the session at ${visible(session.address)}`}
                  onClick={() =>
                    end.mutate(
                      { id: session.id },
                      {
                        onSuccess: () => {
                          notifications.show({ message: 'That session has ended.' })
                          void cache.invalidateQueries({ queryKey: ['auth.notices'] })
                        },
                      },
                    )
                  }
                >
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
        {problem !== null && (
          <p className="form-error" role="alert">
            {visible(problem.message)}
          </p>
        )}
        <div className="security-actions">
          {more.has && (
            <Button loading={more.busy} onClick={more.load}>
              Show more
            </Button>
          )}
          {rows !== undefined && rows.length > 1 && (
            <Button
              className="danger"
              loading={endOthers.isPending}
              onClick={() =>
                endOthers.mutate(
                  {},
                  {
                    onSuccess: ({ ended }) =>
                      notifications.show({
                        message: ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`,
                      }),
                  },
                )
              }
            >
              End all the others
            </Button>
          )}
        </div>
      </div>
    </section>
  )
}
