/** Controls a pasted text may hold; the others, ESC first of all, could end a bracketed paste and act. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

export interface Paste {
  /** What would be typed. */
  readonly text: string
  readonly lines: number
  /** Controls that were left out. */
  readonly removed: number
  /** Whether somebody should look at it first: it would run several lines, or the last one at once. */
  readonly asks: boolean
}

/** @param isBracketed whether the programme told the terminal that it can tell pasted from typed text */
export function preparePaste(pasted: string, isBracketed: boolean): Paste {
  const text = pasted.replace(CONTROLS, '')
  const breaks = text.match(/\r\n|\r|\n/g)?.length ?? 0
  const endsWithBreak = /[\r\n]$/.test(text)
  return {
    text,
    lines: breaks + (endsWithBreak || text === '' ? 0 : 1),
    removed: pasted.length - text.length,
    asks: breaks > 1 || (breaks === 1 && !(endsWithBreak && isBracketed)),
  }
}
