import { Tooltip } from '@mantine/core'
import { ago, clock, dayWords, exact, fullDay, isoWithOffset, milliseconds } from '../time.ts'
import { useNow, useZone } from '../use-clock.ts'
import { copyText } from './copy-text.ts'

interface Props {
  /** ISO 8601. */
  readonly at: string
  readonly relative?: boolean
  /** With day, year and milliseconds, as opened rows show it. */
  readonly whole?: boolean
  /** With milliseconds, where the day is clear. */
  readonly fine?: boolean
}

/** A moment, in the reader's zone. The tooltip is exact; a click copies it with its offset. */
export function When({ at, relative = false, whole = false, fine = false }: Props) {
  const zone = useZone()
  const now = useNow(10_000, relative)
  const moment = Date.parse(at)
  if (Number.isNaN(moment)) return <span className="faint">–</span>
  const day = whole ? fullDay(moment, zone).replace(/^\w+ /, '') : dayWords(moment, Date.now(), zone)
  return (
    <Tooltip label={`${exact(moment, zone)} · ${ago(moment, Date.now())}`}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: copying is a convenience of the pointer; the text itself can be selected */}
      <time
        className="num when"
        dateTime={at}
        onClick={(event) => {
          if (event.detail !== 1 || !whole) return
          void copyText(isoWithOffset(moment, zone), 'Copied the time.')
        }}
      >
        {relative ? (
          ago(moment, now)
        ) : (
          <>
            {day !== '' && <span className={whole ? undefined : 'faint'}>{day} </span>}
            {whole || fine ? milliseconds(moment, zone) : clock(moment, zone)}
          </>
        )}
      </time>
    </Tooltip>
  )
}
