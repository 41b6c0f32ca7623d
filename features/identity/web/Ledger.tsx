const ROWS = 46
const WIDTH = 760
const SEALING = 19

/** A fixed pseudo-random sequence, so that the drawing is the same each time. */
function ticks(): { x: number; y: number; width: number }[] {
  let seed = 11
  const random = () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return seed / 4294967296
  }
  return Array.from({ length: ROWS }, (_, y) => {
    const row: { x: number; y: number; width: number }[] = []
    for (let x = 0; x < WIDTH; ) {
      const width = 2 + Math.floor(random() ** 3 * 26)
      row.push({ x, y, width })
      x += width + 4 + Math.floor(random() ** 2 * 16)
    }
    return row
  }).flat()
}

const drawn = ticks()

/** The record, drawn: one row a minute, one tick an event, the row being sealed in ink. */
export function Ledger() {
  return (
    <svg className="ledger" viewBox="0 0 760 920" preserveAspectRatio="xMinYMid slice" aria-hidden="true">
      {drawn.map(({ x, y, width }) => (
        <rect
          key={`${y}-${x}`}
          x={x}
          y={y * 20 + 6}
          width={width}
          height="8"
          rx="1.5"
          className={y === SEALING ? 'sealing' : y < SEALING ? 'open' : undefined}
        />
      ))}
    </svg>
  )
}
