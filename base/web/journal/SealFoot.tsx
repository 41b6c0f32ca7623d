import { Refused } from '../client/refused.ts'
import { SealGlyph } from '../parts/SealGlyph.tsx'
import { To } from '../parts/To.tsx'
import { ago, count } from '../time.ts'
import { useNow } from '../use-clock.ts'
import { useViewer } from '../viewer.ts'
import { useHeadCheck } from './use-head-check.ts'

/** At the foot of the sidebar: whether the record verifies, as this browser found out itself. */
export function SealFoot() {
  const { role } = useViewer()
  const { data, error } = useHeadCheck()
  const now = useNow(5_000)
  const isBroken = error !== null && !(error instanceof Refused)
  if (isBroken) {
    return (
      <To to="/verify" className="record">
        <SealGlyph state="broken" />
        <span>
          <b className="tone-fail">Record does not verify</b>
        </span>
      </To>
    )
  }
  if (role === 'member') return null
  return (
    <To to="/verify" className="record">
      <SealGlyph state={data === undefined ? 'pending' : 'sealed'} />
      <span>
        <b>
          {data === undefined ? (error === null ? 'Checking the record' : 'Not checked') : 'Record verifies'}
        </b>
        <br />
        <span className="faint num">
          {data === undefined
            ? error === null
              ? ' '
              : 'the server did not answer'
            : `#${count(Math.max(0, data.head.size - 1))}, sealed ${ago(Date.parse(data.at), now)}`}
        </span>
      </span>
    </To>
  )
}
