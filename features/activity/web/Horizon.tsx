import type { ReactNode } from 'react'
import { Today } from '../../../base/web/filters/Today.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import { count } from '../../../base/web/time.ts'
import type { ActivityCompleteness } from '../common/activity.ts'

/** To when the log is complete, and how much of the journal it has not read yet. */
export function Horizon({ of, children }: { of: ActivityCompleteness | undefined; children?: ReactNode }) {
  return (
    <div className="complete">
      <span className="complete-words">
        {of !== undefined && (
          <>
            Complete to{' '}
            <b>
              <When at={of.completeTo} />
            </b>
            {of.behind > 0 && `, ${count(of.behind)} ${of.behind === 1 ? 'entry' : 'entries'} still to come`}
          </>
        )}
      </span>
      {children}
      <Today />
    </div>
  )
}
