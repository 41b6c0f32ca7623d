import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
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

/** Under the head for as long as it holds: that what happens is not recorded any more. */
export function BrokenNotice({ view }: { view: LiveView }) {
  const { broken } = useLive(view)
  return broken === null ? null : (
    <p className="live-note fail" role="alert">
      <VisibleText text={broken} />
    </p>
  )
}
