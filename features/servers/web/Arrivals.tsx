import { useState } from 'react'
import { Glyph, Status } from '../../../base/web/parts/Glyph.tsx'
import { To } from '../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import type { Server } from '../common/server.ts'
import { linkLooks } from './link-state.ts'
import { useLiveServers } from './use-live-servers.ts'

const CLOCK_DOUBT_MILLISECONDS = 5_000

/** Machines that enrolled since a moment, as they appear. */
export function Arrivals({ since }: { since: number }) {
  const [arrived, setArrived] = useState<readonly Server[]>([])
  useLiveServers((changed) => {
    const fresh = changed.filter(
      ({ enrolledAt }) => Date.parse(enrolledAt) >= since - CLOCK_DOUBT_MILLISECONDS,
    )
    if (fresh.length === 0) return
    setArrived((before) => [...before.filter(({ id }) => !fresh.some((one) => one.id === id)), ...fresh])
  })
  return (
    <ul className="arrivals" aria-live="polite">
      {arrived.map((server) => (
        <li key={server.id}>
          <Status {...linkLooks[server.link]} />
          <To to="/servers" search={{ open: server.id }} className="link">
            <VisibleText text={server.name} />
          </To>
          <span className="faint">
            <VisibleText text={server.os ?? ''} />
          </span>
        </li>
      ))}
      {arrived.length === 0 && (
        <li className="tone-run">
          <Glyph of="arc" tone="run" /> Waiting for the machine
        </li>
      )}
    </ul>
  )
}
