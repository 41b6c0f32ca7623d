import { Button, Modal } from '@mantine/core'
import { Copy } from '../../../../base/web/parts/Copy.tsx'
import './tokens.css'

interface Props {
  readonly secret: string
  readonly name: string
  readonly onClose: () => void
}

/** The one time a secret is seen. A click beside it does not lose it. */
export function SecretShown({ secret, name, onClose }: Props) {
  const example = `curl -H "Authorization: Bearer $ANNALS_TOKEN" ${location.origin}/api/server.list`
  return (
    <Modal
      opened
      onClose={onClose}
      title={`The secret of ${name}`}
      size={640}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className="form">
        <div className="secret-box">
          <pre>
            <code data-secret>{secret}</code>
          </pre>
          <Copy value={secret} what="the secret" />
        </div>
        <p className="dim">
          It is shown this once; only a fingerprint of it is kept here. Programs send it with every request:
        </p>
        <div className="secret-box">
          <pre>
            <code>{example}</code>
          </pre>
          <Copy value={example} what="the example" />
        </div>
        <div className="form-actions">
          <Button variant="filled" onClick={onClose}>
            I have kept it
          </Button>
        </div>
      </div>
    </Modal>
  )
}
