import { useEffect, useState } from 'react'
import { useLiveState } from '../client/use-live-state.ts'
import { clock } from '../time.ts'
import { useZone } from '../use-clock.ts'

const SHOWN_AFTER_MILLISECONDS = 1500

/** Says that live updates stopped, and since when; a blink of the network shows nothing. */
export function LiveStrip() {
  const { link, lostAt } = useLiveState()
  const zone = useZone()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    if (link !== 'lost') {
      setShown(false)
      return
    }
    const timer = setTimeout(() => setShown(true), SHOWN_AFTER_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [link])
  return (
    <div role="status" className={isShown ? 'live-strip' : 'sr-only'}>
      {isShown && lostAt !== null && (
        <>
          Live updates stopped at <b className="num">{clock(lostAt, zone)}</b>. Reconnecting; nothing is
          skipped.
        </>
      )}
    </div>
  )
}
