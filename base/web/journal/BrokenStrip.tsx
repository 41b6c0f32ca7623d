import { Refused } from '../client/refused.ts'
import { To } from '../parts/To.tsx'
import { useHeadCheck } from './use-head-check.ts'

/** Over every page, wherever it is looked at: that the record does not verify. Nothing where it does. */
export function BrokenStrip() {
  const { error } = useHeadCheck()
  if (error === null || error instanceof Refused) return null
  return (
    <div className="broken-strip" role="alert">
      The record does not verify. <To to="/verify">See what was checked</To>
    </div>
  )
}
