import { readBody } from '../../common/journal/body.ts'
import { Copy } from '../parts/Copy.tsx'
import { Facts } from '../parts/Facts.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { When } from '../parts/When.tsx'
import type { JournalEntry } from './entries-before.ts'
import { SealMark } from './SealMark.tsx'

/** One entry: the exact text that is hashed, laid out for reading, and its proof. */
export function EntryDetail({ entry }: { entry: JournalEntry }) {
  return (
    <div className="detail-body">
      <div className="sheet">
        <div className="sheet-head">
          <span>Entry</span>
          <span className="faint">the text that is hashed, laid out</span>
          <span className="push" />
          <Copy value={entry.body} what="the exact text" />
        </div>
        <pre className="wrap">
          <code>
            {JSON.stringify(entry.entry, null, 2)
              .split('\n')
              .map((line, index) => (
                <span key={index} className="block">
                  <VisibleText text={line} />
                </span>
              ))}
          </code>
        </pre>
      </div>
      <div className="detail-side">
        <Facts
          of={[
            ['Date', <When at={entry.at} whole />],
            ['Record', <SealMark sequence={entry.sequence} subjectId={subjectIdOf(entry.body)} />],
            [
              'Hash',
              <code>
                <VisibleText text={entry.hash} />
              </code>,
            ],
          ]}
        />
      </div>
    </div>
  )
}

function subjectIdOf(body: string): string | null {
  try {
    return readBody(body).subjectId ?? null
  } catch {
    return null
  }
}
