import { Button } from '@mantine/core'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { clock } from '../../../../base/web/time.ts'
import { useNow } from '../../../../base/web/use-clock.ts'
import type { AttachState } from './attach-link.ts'
import { useLive } from './LiveScreen.tsx'
import type { LiveView } from './live-view.ts'

/** How the connection stands, in a word or two. */
export function LinkWord({ view }: { view: LiveView }) {
  const { link, attached, linked, columns, rows } = useLive(view)
  const [glyph, tone, word] =
    link.at === 'open' && attached?.status === 'opening'
      ? (['arc', 'run', 'Starting'] as const)
      : link.at === 'open' && !linked
        ? (['bang', 'wait', 'Its server is offline'] as const)
        : looks(link)
  return (
    <span className="live-link" role="status">
      <Status glyph={glyph} tone={tone} word={word} />
      {attached?.strict && (
        <span className="faint wide" title="Nothing is shown before it is kept">
          strict
        </span>
      )}
      <span className="faint num wide">
        {columns} × {rows}
      </span>
    </span>
  )
}

const looks = (link: AttachState) => {
  switch (link.at) {
    case 'connecting':
      return ['arc', 'run', 'Connecting'] as const
    case 'open':
      return ['check', 'quiet', 'Connected'] as const
    case 'lost':
      return ['bang', 'wait', 'Reconnecting'] as const
    case 'ended':
      return ['minus', 'quiet', exitWords(link)] as const
    case 'left':
      return ['bar', 'fail', 'Closed to you'] as const
  }
}

export const exitWords = ({ code, signal }: { code: number | null; signal: string | null }): string =>
  signal !== null ? `Ended by ${signal}` : code !== null ? `Ended, exit ${code}` : 'Ended'

/** What whoever sits there has to know now, under the head. */
export function Notices({ view, zone }: { view: LiveView; zone: string }) {
  const { link, linked, attached, closesAt, broken, inputLost } = useLive(view)
  const now = useNow(1000, closesAt !== null || link.at === 'lost')
  return (
    <>
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
          The agent on <VisibleText text={attached?.serverName ?? ''} /> has no link to Annals. The shell runs
          on and its output comes when the link is back; what you type now is not sent.
        </p>
      )}
      {broken !== null && (
        <p className="live-note fail" role="alert">
          <VisibleText text={broken} />
        </p>
      )}
      {closesAt !== null && link.at === 'open' && (
        <p className="live-note wait" role="alert">
          Nobody has typed for long: it closes in {Math.max(0, Math.round((closesAt - now) / 1000))} s. Type
          anything to keep it open.
        </p>
      )}
      {inputLost !== null && link.at !== 'ended' && link.at !== 'left' && (
        <p className="live-note wait" role="alert">
          <span>
            What you typed did not arrive. <VisibleText text={inputLost.why} />
          </span>
        </p>
      )}
    </>
  )
}
