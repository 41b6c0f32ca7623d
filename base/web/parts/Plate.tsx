import type { ReactNode } from 'react'

interface Props {
  readonly kind: 'empty' | 'denied' | 'error'
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}

const ends = [124, 108, 118, 96, 112]

/** Empty, refused and broken share one figure: a ruled page whose lines say which of the three it is. */
export function Plate({ kind, title, children, actions }: Props) {
  return (
    <section className="plate" role={kind === 'error' ? 'alert' : undefined}>
      <svg width="132" height="76" viewBox="0 0 132 76" aria-hidden="true" className={`plate-art ${kind}`}>
        {[10, 24, 38, 52, 66].map((y, line) => (
          <g key={y}>
            <line x1="8" y1={y} x2="20" y2={y} className="rule strong" />
            {kind === 'error' && line === 2 ? (
              <>
                <line x1="28" y1={y} x2="62" y2={y} className="rule" />
                <line x1="84" y1={y} x2="124" y2={y} className="rule" />
                <path d="M66 32l6 6-6 6M80 32l-6 6 6 6" className="crack" />
              </>
            ) : (
              <line x1="28" y1={y} x2={ends[line]} y2={y} className="rule" />
            )}
          </g>
        ))}
        {kind === 'denied' && (
          <g>
            <rect x="52" y="22" width="32" height="32" rx="7" className="seal-box" />
            <path d="M60 38h16" className="crack" />
          </g>
        )}
      </svg>
      <h2>{title}</h2>
      <div className="plate-text">{children}</div>
      {actions !== undefined && <div className="plate-actions">{actions}</div>}
    </section>
  )
}
