import { Button } from '@mantine/core'
import { asRefused } from '../client/refused.ts'
import { clock } from '../time.ts'
import { useZone } from '../use-clock.ts'
import { copyText } from './copy-text.ts'
import { Plate } from './Plate.tsx'
import { VisibleText } from './VisibleText.tsx'

interface Props {
  readonly what: string
  readonly error: unknown
  readonly onAgain: () => void
}

/** A list or record that could not be read: the cause in the server's words, and what to quote when asking for help. */
export function ReadError({ what, error, onAgain }: Props) {
  const zone = useZone()
  const refused = asRefused(error)
  const details = `${refused.code} · ${refused.requestId ?? 'no request id'} · ${new Date(refused.at).toISOString()}\n${refused.message}`
  return (
    <Plate
      kind="error"
      title={`${what} could not be read`}
      actions={
        <>
          <Button variant="filled" onClick={onAgain}>
            Try again
          </Button>
          <Button onClick={() => void copyText(details, 'Copied the details.')}>Copy details</Button>
        </>
      }
    >
      <p>
        <VisibleText text={refused.message} /> Only reading failed: agents keep their events until the server
        confirms them.
      </p>
      <p className="faint">
        Fault <code>{refused.code}</code>
        {refused.requestId !== null && (
          <>
            {' '}
            · request <code>{refused.requestId}</code>
          </>
        )}{' '}
        · <span className="num">{clock(refused.at, zone)}</span>
      </p>
    </Plate>
  )
}
