/** A page of ruled lines, the last one checked: the mark of the seal. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" className="logo">
      <rect x="1" y="1" width="18" height="18" rx="4.5" fill="currentColor" />
      <path d="M5.5 6.2h9M5.5 10h6M5.5 13.8h4" stroke="var(--bg)" strokeWidth="1.7" strokeLinecap="round" />
      <path
        d="M11.4 13.1l1.5 1.5 2.6-3"
        stroke="var(--bg)"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
        fill="none"
      />
    </svg>
  )
}
