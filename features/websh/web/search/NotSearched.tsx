import { count } from '../../../../base/web/time.ts'
import type { RecordingGap } from '../../common/recording.ts'
import { position } from '../replay/clock-words.ts'

interface Props {
  readonly gaps: readonly RecordingGap[]
  readonly hasMore: boolean
  /** All of them are of the recording on this page. */
  readonly isHere?: boolean
}

const reasons = {
  too_much: 'more was shown there than is kept for search',
  undrawn: 'what was shown there could not be drawn',
  removed: 'its bytes were removed',
} as const

/** Says of which stretches a search does not know all. */
export function NotSearched({ gaps, hasMore, isHere = false }: Props) {
  if (gaps.length === 0) return null
  const terminals = new Set(gaps.map(({ terminalId }) => terminalId)).size
  const why = [...new Set(gaps.map((gap) => reasons[gap.why]))].join('; ')
  const number = `${hasMore ? 'more than ' : ''}${count(gaps.length)} ${gaps.length === 1 ? 'stretch' : 'stretches'}`
  const where = isHere
    ? ` (${gaps
        .slice(0, 3)
        .map(({ fromSeconds, toSeconds }) => `${position(fromSeconds * 1000)}–${position(toSeconds * 1000)}`)
        .join(', ')}${gaps.length > 3 ? ', …' : ''})`
    : ` in ${count(terminals)} ${terminals === 1 ? 'terminal' : 'terminals'}`
  return (
    <p className="reach" role="note">
      Not all searched: {number}
      {where}: {why}. Replay shows what there is.
    </p>
  )
}
