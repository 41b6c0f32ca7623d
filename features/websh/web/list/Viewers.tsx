import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useList } from '../../../../base/web/client/use-list.ts'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { Viewer } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import { modeWords } from '../live/People.tsx'
import './websh.css'

const AGAIN_MILLISECONDS = 5000

/** Who is and was at a terminal: its owner's tabs, watchers and guests. */
export function Viewers({ id, isLive }: { id: string; isLive: boolean }) {
  const list = useList(['terminal.viewers', { id }], (cursor, signal) =>
    terminals.read('terminal.viewers', { id, limit: 50, ...cursor }, signal),
  )
  const again = useRef(list.again)
  again.current = list.again
  // Who comes and goes is no part of the list's own stream.
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => again.current(), AGAIN_MILLISECONDS)
    return () => clearInterval(timer)
  }, [isLive])
  if (list.rows === undefined) return null
  return (
    <>
      <h2 className="side-h">
        Viewers{' '}
        <span className="faint num">
          {list.rows.length}
          {list.more.has && '+'}
        </span>
      </h2>
      {list.rows.length === 0 && <p className="faint">Nobody has been at it.</p>}
      <ul className="viewers">
        {list.rows.map((viewer) => (
          <ViewerLine key={viewer.id} viewer={viewer} />
        ))}
      </ul>
      {list.more.has && (
        <Button variant="subtle" loading={list.more.busy} onClick={list.more.load}>
          Earlier
        </Button>
      )}
    </>
  )
}

function ViewerLine({ viewer }: { viewer: Viewer }) {
  return (
    <li>
      <Actor name={viewer.name} kind={viewer.mode === 'guest' ? 'agent' : 'person'} />
      <span className={viewer.mode === 'owner' ? 'faint' : 'tone-wait'}>
        {modeWords[viewer.mode]}
        {viewer.mode === 'guest' && (viewer.readOnly ? ', looks only' : ', may type')}
      </span>
      <span className="dim num viewer-times">
        <When at={viewer.joinedAt} /> to {viewer.leftAt === null ? 'now' : <When at={viewer.leftAt} />}
      </span>
      <span className="faint viewer-from">
        <VisibleText text={[viewer.remoteAddress, viewer.browser].filter(Boolean).join(', ')} />
        {viewer.leaveReason !== null && (
          <>
            . <VisibleText text={viewer.leaveReason} />
          </>
        )}
      </span>
    </li>
  )
}
