import { Button } from '@mantine/core'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { clock } from '../../../../base/web/time.ts'
import { useNow } from '../../../../base/web/use-clock.ts'
import { useLive } from './LiveScreen.tsx'
import type { LiveView } from './live-view.ts'

/**
 * What comes and goes while one sits there. It lies over the screen, since a line more or less would resize what runs in
 * it, and on the half where the cursor is not.
 */
export function PassingNotices({ view, zone }: { view: LiveView; zone: string }) {
  const { link, linked, attached, closesAt, inputLost, rows } = useLive(view)
  const now = useNow(1000, closesAt !== null || link.at === 'lost')
  const isUnder = view.terminal.buffer.active.cursorY < rows / 2
  return (
    <div className={isUnder ? 'live-passing under' : 'live-passing'}>
      {link.at === 'lost' && (
        <p className="live-note wait" role="status">
          <span>
            The connection was lost at {clock(link.lostAt, zone)}. The terminal runs on, and everything is
            recorded.
          </span>
          <Button size="compact-xs" onClick={() => view.hurry()}>
            Try now
          </Button>
        </p>
      )}
      {link.at === 'open' && !linked && attached?.status !== 'opening' && (
        <p className="live-note wait" role="status">
          <span>
            The agent on <VisibleText text={attached?.serverName ?? ''} /> has no link to Annals. The shell
            runs on and its output comes when the link is back; what you type now is not sent.
          </span>
        </p>
      )}
      {closesAt !== null && link.at === 'open' && (
        <p className="live-note wait" role="alert">
          Nobody has typed for long: it closes in {Math.max(0, Math.round((closesAt - now) / 1000))} s
          {attached?.readOnly ? ' unless its owner types.' : '. Type anything to keep it open.'}
        </p>
      )}
      {inputLost !== null && link.at !== 'ended' && link.at !== 'left' && (
        <p className="live-note wait" role="alert">
          <span>
            What you typed did not arrive. <VisibleText text={inputLost.why} />
          </span>
        </p>
      )}
    </div>
  )
}
