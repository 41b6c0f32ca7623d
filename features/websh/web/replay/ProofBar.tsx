import type { ReactNode } from 'react'
import { count } from '../../../../base/web/time.ts'
import type { CheckedSegment, SegmentMark } from './segment-checks.ts'
import { type Replay, usePlayer, useSegments } from './use-replay.ts'

const CELLS_MAX = 120
const rank: readonly SegmentMark[] = ['verified', 'removed', 'waiting', 'unchecked', 'differs']

/** The worst of several segments that share a cell. */
const worst = (segments: readonly CheckedSegment[]): SegmentMark =>
  segments.reduce<SegmentMark>(
    (mark, segment) => (rank.indexOf(segment.mark) > rank.indexOf(mark) ? segment.mark : mark),
    'verified',
  )

/** Which segments this browser has checked against the journal, and what came of it. */
export function ProofBar({ replay, children }: { replay: Replay; children: ReactNode }) {
  const { segments, isChecking } = useSegments(replay)
  const { isRecording } = usePlayer(replay)
  const per = Math.max(1, Math.ceil(segments.length / CELLS_MAX))
  const cells = Array.from({ length: Math.ceil(segments.length / per) }, (_, index) =>
    worst(segments.slice(index * per, (index + 1) * per)),
  )
  const of = (mark: SegmentMark) => segments.filter((segment) => segment.mark === mark).length
  const [verified, waiting, removed, differs] = [
    of('verified'),
    of('waiting'),
    of('removed'),
    segments.filter(({ mark }) => mark === 'differs'),
  ]
  return (
    <>
      <div className="scrub-proof" aria-hidden="true">
        {cells.map((mark, index) => (
          <i key={index} className={mark} />
        ))}
        {isRecording && <i className="now" />}
      </div>
      <div className="scrub-words">
        {differs.length > 0 ? (
          <span className="tone-fail" role="alert">
            <b>
              Segment {count(differs[0]!.no)} does not match its seal
              {differs.length > 1 && `, nor do ${count(differs.length - 1)} others`}
            </b>
            : {differs[0]!.why}. Do not rely on this recording.
          </span>
        ) : (
          <span className={verified > 0 ? 'tone-ok' : 'faint'}>
            <b className="num">
              {count(verified)} of {count(segments.length)}
            </b>{' '}
            segments verified in this browser
            {removed > 0 && <span className="faint"> · {count(removed)} removed, hashes kept</span>}
            {waiting > 0 && <span className="faint"> · {count(waiting)} wait for their seal</span>}
          </span>
        )}
        {verified + removed < segments.length && differs.length === 0 && (
          <button
            type="button"
            className="link"
            disabled={isChecking}
            onClick={() => void replay.checks.checkAll().catch(() => {})}
          >
            {isChecking ? 'Checking' : 'Check all'}
          </button>
        )}
        {children}
      </div>
    </>
  )
}
