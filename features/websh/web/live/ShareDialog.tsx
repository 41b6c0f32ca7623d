import { Button, Modal, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { Copy } from '../../../../base/web/parts/Copy.tsx'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { NumberField } from '../../../../base/web/parts/NumberField.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { TerminalDetail } from '../../common/terminal.ts'
import { SHARE_MINUTES_MAX, SHARE_MINUTES_MIN } from '../../common/terminal-api.ts'
import { terminals } from '../client.ts'
import './live.css'

/** Makes a link to a terminal, or ends the one there is. */
export function ShareDialog({ terminal, onClose }: { terminal: TerminalDetail; onClose: () => void }) {
  const [minutes, setMinutes] = useState<number | string>(30)
  const [password, setPassword] = useState('')
  const [readOnly, setReadOnly] = useState(true)
  const share = terminals.useTell('terminal.share', ['terminal.read'])
  const unshare = terminals.useTell('terminal.unshare', ['terminal.read'])
  const faults = fieldFaults(share.error, ['minutes', 'password', 'readOnly'])
  const { share: current } = terminal
  if (share.data !== undefined)
    return (
      <Modal
        opened
        onClose={onClose}
        title="The link to this terminal"
        size={600}
        closeOnClickOutside={false}
      >
        <div className="form">
          <div className="secret-box">
            <code>{share.data.link}</code>
            <Copy value={share.data.link} what="the link" />
          </div>
          <p className="dim">
            It is shown this once and admits until <When at={share.data.expiresAt} />. Whoever has it
            {password === '' ? '' : ' and the password'} can{' '}
            {share.data.readOnly ? 'look at this terminal' : 'type in this terminal as you'}, without an
            account.
            {password !== '' && ' Send the password by another way.'}
          </p>
          <div className="form-actions">
            <Button variant="filled" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      </Modal>
    )
  return (
    <Dialog
      title="Share this terminal"
      submit="Make the link"
      isBusy={share.isPending}
      problem={faults.rest ?? unshare.error?.message}
      onClose={onClose}
      onSubmit={() =>
        share.mutate({
          id: terminal.id,
          minutes: Number(minutes),
          readOnly,
          ...(password === '' ? {} : { password }),
        })
      }
    >
      {current !== null && (
        <div className="share-now">
          <p>
            Shared until <When at={current.expiresAt} />, {current.readOnly ? 'to look' : 'to type'}
            {current.hasPassword ? ', with a password' : ''}. A new link ends this one.
          </p>
          <Button
            className="danger"
            loading={unshare.isPending}
            onClick={() => unshare.mutate({ id: terminal.id }, { onSuccess: onClose })}
          >
            End the share
          </Button>
        </div>
      )}
      <NumberField
        label="Minutes"
        description={`${SHARE_MINUTES_MIN} to ${SHARE_MINUTES_MAX}. Guests have to leave when they are over.`}
        min={SHARE_MINUTES_MIN}
        max={SHARE_MINUTES_MAX}
        allowDecimal={false}
        value={minutes}
        onChange={setMinutes}
        error={faults.of('minutes')}
        data-autofocus
      />
      <PasswordInput
        label="Password"
        description="At least 4 characters. Empty: the link is enough"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={faults.of('password')}
        autoComplete="off"
      />
      <Flag
        label="Guests only look"
        description="Otherwise they type with your account’s rights, and the record says who was there."
        checked={readOnly}
        onChange={setReadOnly}
      />
    </Dialog>
  )
}
