import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'
import type { RecordingHit } from '../../common/recording.ts'
import { position } from './clock-words.ts'
import '../list/websh.css'

interface Props {
  readonly hits: readonly RecordingHit[]
  readonly find: string
  /** Of the recording, in milliseconds. */
  readonly length: number
  readonly onOpen: (hit: RecordingHit) => void
}

const LISTED_MAX = 100

/** The moments a text was on the screen, each leading to itself. */
export function HitList({ hits, find, length, onOpen }: Props) {
  return (
    <>
      <h2 className="side-h">
        Seen on screen <span className="faint num">{count(hits.length)}</span>
      </h2>
      <ol className="cmdlist hits">
        {hits.slice(0, LISTED_MAX).map((hit, index) => (
          <li key={`${hit.seconds} ${hit.row} ${index}`}>
            <button type="button" onClick={() => onOpen(hit)}>
              <span className="num faint">{position(hit.seconds * 1000, length)}</span>
              <code className="clip2">
                <VisibleText text={hit.snippet} hit={find} />
              </code>
            </button>
          </li>
        ))}
      </ol>
      {hits.length > LISTED_MAX && <p className="faint">N leads to those behind the first {LISTED_MAX}.</p>}
    </>
  )
}
