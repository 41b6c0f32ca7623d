const two = (number: number) => String(Math.floor(number)).padStart(2, '0')

/** 01:02:03 from the start of a recording; without hours where it is shorter. */
export function position(milliseconds: number, length = milliseconds): string {
  const seconds = Math.max(0, milliseconds) / 1000
  const rest = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  return length >= 3_600_000 ? `${two(seconds / 3600)}:${rest}` : rest
}

/** "43 minutes 2 seconds", as it is spoken. */
export function spoken(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  const parts = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return words.length === 0 ? '0 seconds' : words.join(' ')
}

/** 54m 52s, in as few words as there are. */
export function briefly(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${two((seconds / 60) % 60)}m`
}
