import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { RemovedStretch } from '../../common/recording.ts'
import { briefly, position } from './clock-words.ts'

interface Props {
  readonly removed: RemovedStretch
  /** Of the recording, in milliseconds. */
  readonly end: number
}

/** Says in place of the screen that nothing is kept of a stretch, since when and why. */
export function Gone({ removed, end }: Props) {
  const { fromSegment, toSegment, fromMilliseconds, toMilliseconds, removedAt, why } = removed
  const length = toMilliseconds - fromMilliseconds
  const many = toSegment > fromSegment
  return (
    <div className="screen-gone" role="status">
      <p>
        <b>
          {length >= 1000 ? `${briefly(length)} of this recording ` : 'A part of this recording '}
          was removed.
        </b>{' '}
        <When at={removedAt} />, <VisibleText text={why} />. The{' '}
        {many
          ? `hashes of segments ${fromSegment} to ${toSegment} stay`
          : `hash of segment ${fromSegment} stays`}{' '}
        in the journal.
      </p>
      <p className="faint">
        {toMilliseconds >= end
          ? 'Nothing follows.'
          : `Replay goes on at ${position(toMilliseconds, end)}, with an empty screen.`}
      </p>
    </div>
  )
}
