import { Button } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { tell } from '../client/http.ts'
import { PageHead } from '../parts/PageHead.tsx'
import { Plate } from '../parts/Plate.tsx'
import { useGo } from '../parts/use-go.ts'
import { VisibleText } from '../parts/VisibleText.tsx'
import { clock } from '../time.ts'
import { useZone } from '../use-clock.ts'
import { roleWords, useViewer } from '../viewer.ts'

interface Props {
  readonly title: string
  readonly why: string
  readonly home: { readonly label: string; readonly to: string }
}

/** What one sees at a page that one's role does not open. The visit is told to the server, which records it. */
export function DeniedPage({ title, why, home }: Props) {
  const viewer = useViewer()
  const go = useGo()
  const zone = useZone()
  const { pathname } = useLocation()
  const told = useRef<string | null>(null)
  const [recordedAt, setRecordedAt] = useState<number | null>(null)
  useEffect(() => {
    if (told.current === pathname) return
    told.current = pathname
    tell('auth.report-denied', { path: pathname.slice(0, 200) }).then(
      () => setRecordedAt(Date.now()),
      () => setRecordedAt(null),
    )
  }, [pathname])
  return (
    <>
      <PageHead title="Access denied" />
      <Plate
        kind="denied"
        title={title}
        actions={
          <Button variant="filled" onClick={() => go(home.to)}>
            Go to {home.label}
          </Button>
        }
      >
        <p>
          You are signed in as{' '}
          <b>
            <VisibleText text={viewer.name} />
          </b>
          , {viewer.role === 'auditor' ? 'an' : 'a'} {roleWords[viewer.role].toLowerCase()}. {why}
        </p>
        <p className="faint attempt">
          {recordedAt !== null && (
            <>
              This attempt is in the record: <span className="num">{clock(recordedAt, zone)}</span>.
            </>
          )}
        </p>
      </Plate>
    </>
  )
}
