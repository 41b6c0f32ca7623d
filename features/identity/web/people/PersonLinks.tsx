import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import type { PersonLink } from '../../common/person.ts'
import { identity } from '../client.ts'
import { linkLooks, purposeWords } from './person-looks.ts'

interface Props {
  readonly links: readonly PersonLink[]
  readonly mayWithdraw: boolean
}

/** The links made for a person, newest first. Their secrets are gone; what became of them is not. */
export function PersonLinks({ links, mayWithdraw }: Props) {
  const withdraw = identity.useTell('person.withdraw-link', ['person.read', 'person.list'])
  if (links.length === 0) return null
  return (
    <section className="person-section">
      <h3>Links</h3>
      <ul className="person-links">
        {links.map((link) => (
          <li key={link.id}>
            <span>{purposeWords[link.purpose]}</span>
            <Status {...linkLooks[link.state]} />
            <span className="faint">
              made <When at={link.createdAt} /> by <VisibleText text={link.createdBy} />
              {link.state === 'open' && (
                <>
                  , until <When at={link.expiresAt} />
                </>
              )}
            </span>
            {link.state === 'open' && mayWithdraw && (
              <Button
                variant="subtle"
                loading={withdraw.isPending}
                onClick={() =>
                  withdraw.mutate(
                    { id: link.id },
                    {
                      onError: (refused) => notifications.show({ message: visible(refused.message) }),
                    },
                  )
                }
              >
                Withdraw
              </Button>
            )}
            {link.mail !== null && <MailState mail={link.mail} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

function MailState({ mail }: { mail: NonNullable<PersonLink['mail']> }) {
  const words = { waiting: 'Waits to be sent to', sent: 'Sent to', failed: 'Not sent to' }[mail.state]
  return (
    <span className={mail.state === 'failed' ? 'mail tone-fail' : 'mail faint'}>
      {words} <VisibleText text={mail.to} />
      {mail.problem !== null && (
        <>
          : <VisibleText text={mail.problem} />
        </>
      )}
    </span>
  )
}
