import type { ReactNode } from 'react'

export type Tone = 'quiet' | 'run' | 'wait' | 'fail' | 'ok' | 'agent'

const ring = <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.4" />
const disc = <circle cx="7" cy="7" r="6.2" fill="currentColor" />
const mark = (d: string, ink = 'currentColor') => (
  <path d={d} fill="none" stroke={ink} strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
)
const cut = 'var(--glyph-cut, var(--bg))'
const both = (shape: ReactNode, inside: ReactNode) => (
  <>
    {shape}
    {inside}
  </>
)

/** Shape says the status before colour does: solid needs a person, outline is settled, broken or turning moves. */
const glyphs = {
  check: both(ring, mark('M4.6 7.2 6.3 8.9 9.5 5.4')),
  cross: both(disc, mark('M5 5 9 9M9 5 5 9', cut)),
  arc: (
    <g className="spin">
      <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.4" opacity=".3" />
      <path
        d="M7 1.5A5.5 5.5 0 0 1 12.5 7"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </g>
  ),
  dots: (
    <circle
      cx="7"
      cy="7"
      r="5.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeDasharray="1.6 1.85"
    />
  ),
  clock: both(ring, mark('M7 4.4V7l1.7 1.2')),
  bang: (
    <>
      <path d="M7 1.2 13.2 12.4H.8Z" fill="currentColor" strokeLinejoin="round" />
      {mark('M7 5.2v3', cut)}
      <circle cx="7" cy="10.3" r=".9" fill={cut} />
    </>
  ),
  pause: both(disc, mark('M5.6 4.9v4.2M8.4 4.9v4.2', cut)),
  bar: both(disc, mark('M4.2 7h5.6', cut)),
  minus: both(ring, mark('M4.8 7h4.4')),
} as const

export type GlyphName = keyof typeof glyphs

export function Glyph({ of, tone }: { of: GlyphName; tone: Tone }) {
  return (
    <svg className={`glyph tone-${tone}`} viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      {glyphs[of]}
    </svg>
  )
}

/** A status as it is always shown: glyph, then word. */
export function Status({ glyph, word, tone }: { glyph: GlyphName; word: string; tone: Tone }) {
  return (
    <span className={`status tone-${tone}`}>
      <Glyph of={glyph} tone={tone} />
      <span className="clip">{word}</span>
    </span>
  )
}
