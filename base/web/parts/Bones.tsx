import { useEffect, useState } from 'react'

interface Props {
  /** What is being read, for those who hear the page. */
  readonly label: string
  readonly className?: string
}

const widths = [38, 62, 54, 30, 58, 46]

/** What a page that is not a list shows while it is first read: nothing for 200 ms, then lines to come. */
export function Bones({ label, className = '' }: Props) {
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={`bones ${className}`} aria-busy="true">
      <span className="sr-only" role="status">
        {label}: reading
      </span>
      {visible &&
        widths.map((width, line) => <i key={line} className="bone" style={{ width: `${width}%` }} />)}
    </div>
  )
}
