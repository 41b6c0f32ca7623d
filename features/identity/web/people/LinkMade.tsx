import { Button, Modal } from '@mantine/core'
import { Copy } from '../../../../base/web/parts/Copy.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { NewLink, PersonLink } from '../../common/person.ts'
import './people.css'

interface Props {
  readonly made: NewLink
  readonly purpose: PersonLink['purpose']
  readonly onClose: () => void
}

/** A link that was just made: the only time it is shown, with what to write to the person. */
export function LinkMade({ made, purpose, onClose }: Props) {
  const { person, link, mail, expiresAt } = made
  const what = purpose === 'invitation' ? 'invitation' : 'reset link'
  return (
    <Modal
      opened
      onClose={onClose}
      title={`The ${what} of ${person.name}`}
      size={640}
      closeOnClickOutside={false}
    >
      <div className="form">
        <div className="secret-box">
          <code>{link}</code>
          <Copy value={link} what="the link" />
        </div>
        <p className="dim">
          It is shown this once, works once, and until <When at={expiresAt} />. Whoever has it can choose the
          password of <VisibleText text={person.username} />.
        </p>
        {mail.to === null ? (
          <>
            <p>
              {person.email === null
                ? 'No e-mail address is known, so send it yourself. This could be your message:'
                : 'No mail server is set up, so send it yourself. This could be your message:'}
            </p>
            <div className="secret-box">
              <pre className="letter">
                Subject: <VisibleText text={mail.subject} />
                {'\n\n'}
                {mail.text}
              </pre>
              <Copy value={mail.text} what="the message" />
            </div>
          </>
        ) : (
          <p role="status">
            It is on its way to <VisibleText text={mail.to} />. Whether it went out stands on the page of{' '}
            <VisibleText text={person.name} />.
          </p>
        )}
        <div className="form-actions">
          <Button variant="filled" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Modal>
  )
}
