import { Button } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import type { TerminalDetail } from '../../common/terminal.ts'
import { CloseDialog } from '../live/CloseDialog.tsx'
import { ShareDialog } from '../live/ShareDialog.tsx'

/** What can be done about a terminal while it is live. */
export function TerminalActions({ terminal }: { terminal: TerminalDetail }) {
  const go = useGo()
  const [open, setOpen] = useState<'share' | 'close' | null>(null)
  const { can, id } = terminal
  return (
    <>
      {can.attach && <Button onClick={() => go(`/terminals/${id}`)}>Open</Button>}
      {!can.attach && can.watch && <Button onClick={() => go(`/terminals/${id}`)}>Watch</Button>}
      {can.share && (
        <Button onClick={() => setOpen('share')}>{terminal.share === null ? 'Share' : 'Shared'}</Button>
      )}
      {can.close && (
        <Button className="danger" onClick={() => setOpen('close')}>
          {can.attach ? 'Close' : 'Force it closed'}
        </Button>
      )}
      {open === 'share' && <ShareDialog terminal={terminal} onClose={() => setOpen(null)} />}
      {open === 'close' && (
        <CloseDialog terminal={terminal} mine={can.attach} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
