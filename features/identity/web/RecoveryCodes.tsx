import { Button } from '@mantine/core'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { saveFile } from '../../../base/web/parts/save-file.ts'

interface Props {
  readonly codes: readonly string[]
  readonly onKept: () => void
}

/** The only time they can be read. */
export function RecoveryCodes({ codes, onKept }: Props) {
  const text = `Recovery codes of ${location.host}. Each works once.\n\n${codes.join('\n')}\n`
  return (
    <div className="form">
      <p className="dim">
        If you lose your phone or key, one of these signs you in instead. They are shown this time only: print
        them or keep them where you keep passwords.
      </p>
      {/* They come up by themselves after the sixth digit: an Enter that was still to come must dismiss nothing. */}
      <ol className="recovery-codes" tabIndex={-1} data-autofocus aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="form-actions">
        <Copy value={codes.join('\n')} what="the codes" />
        <Button onClick={() => saveFile('annals-recovery-codes.txt', text, 'text/plain')}>
          Save as a file
        </Button>
        <Button variant="filled" onClick={onKept}>
          I have kept them
        </Button>
      </div>
    </div>
  )
}
