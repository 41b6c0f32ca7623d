export type Seal = 'sealed' | 'pending' | 'broken'

const words: Record<Seal, string> = {
  sealed: 'sealed',
  pending: 'waiting for the next seal',
  broken: 'does not verify',
}

/** The seal of a row: outline and check, dashed while it waits, solid with a cross where it does not verify. */
export function SealGlyph({ state }: { state: Seal }) {
  return (
    <svg
      className={`seal seal-${state}`}
      viewBox="0 0 14 14"
      width="14"
      height="14"
      role="img"
      aria-label={`Record: ${words[state]}`}
    >
      <rect
        x="2"
        y="2"
        width="10"
        height="10"
        rx="2"
        fill={state === 'broken' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.3"
        strokeDasharray={state === 'pending' ? '1.8 1.6' : undefined}
      />
      {state === 'sealed' && (
        <path
          d="M4.8 7.1 6.4 8.7 9.3 5.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      {state === 'broken' && (
        <path d="M5 5 9 9M9 5 5 9" stroke="var(--bg)" strokeWidth="1.5" strokeLinecap="round" />
      )}
    </svg>
  )
}
