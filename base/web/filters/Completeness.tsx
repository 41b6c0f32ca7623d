import { Popover } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Completeness as Horizon } from '../../common/api.ts'
import { Glyph } from '../parts/Glyph.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { When } from '../parts/When.tsx'
import { count } from '../time.ts'
import { Today } from './Today.tsx'

const TICKS_MAX = 60

interface Props {
  readonly of: Horizon | undefined
  /** Whose servers: "your servers" for a member, "servers" otherwise. */
  readonly whose: string
  readonly children?: ReactNode
}

/** To what second a list is complete, one tick per server, and who is behind. */
export function Completeness({ of, whose, children }: Props) {
  return (
    <div className="complete">
      {of !== undefined && <Ticks servers={of.servers} late={of.servers - of.complete} />}
      <span className="complete-words">{of !== undefined && <Words of={of} whose={whose} />}</span>
      {of !== undefined && of.behind.length > 0 && <Behind of={of} />}
      {children}
      <Today />
    </div>
  )
}

function Words({ of, whose }: { of: Horizon; whose: string }) {
  if (of.servers === 0)
    return whose.startsWith('your') ? (
      <>None of your groups gives you a server</>
    ) : (
      <>No server is enrolled yet</>
    )
  const all = of.complete === of.servers
  return (
    <>
      Complete to{' '}
      <b>
        <When at={of.completeTo} />
      </b>{' '}
      for{' '}
      {all
        ? of.servers === 1
          ? whose.replace(/servers$/, 'one server').replace(/^one/, 'the one')
          : `all ${whose.replace(/servers$/, `${count(of.servers)} servers`)}`
        : `${count(of.complete)} of ${whose.replace(/servers$/, `${count(of.servers)} servers`)}`}
    </>
  )
}

function Ticks({ servers, late }: { servers: number; late: number }) {
  const shown = Math.min(servers, TICKS_MAX)
  const lateShown = late === 0 ? 0 : Math.max(1, Math.round((late / servers) * shown))
  return (
    <svg className="ticks" width={shown * 4} height="12" aria-hidden="true">
      {Array.from({ length: shown }, (_, index) => {
        const isLate = index >= shown - lateShown
        return (
          <rect
            key={index}
            x={index * 4}
            y={isLate ? 5 : 0}
            width="2"
            height={isLate ? 7 : 12}
            rx="1"
            className={isLate ? 'late' : undefined}
          />
        )
      })}
    </svg>
  )
}

function Behind({ of }: { of: Horizon }) {
  const more = of.servers - of.complete - of.behind.length
  return (
    <Popover
      width="min(436px, calc(100vw - 24px))"
      position="bottom-start"
      shadow="md"
      offset={8}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button type="button" className="late">
          {count(of.servers - of.complete)} behind
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Servers that are behind">
        <h2>Rows from these servers may still arrive</h2>
        <ul className="behind">
          {of.behind.map((server) => (
            <li key={server.serverId}>
              <Glyph of="bang" tone="wait" />
              <b className="clip">
                <VisibleText text={server.serverName} />
              </b>
              <span className="dim">
                <VisibleText text={server.why} />
                {server.completeTo !== null && (
                  <>
                    ; complete to <When at={server.completeTo} />
                  </>
                )}
                .
              </span>
            </li>
          ))}
        </ul>
        <p className="dim">
          {more > 0 && `And ${count(more)} more. `}
          Every agent numbers its events, so a missing one shows as a gap.
          {of.complete > 0 &&
            ` The other ${of.complete === 1 ? 'server has' : `${count(of.complete)} servers have`} none.`}
        </p>
      </Popover.Dropdown>
    </Popover>
  )
}
