import type { Terminal } from '@xterm/xterm'
import { FONT_SIZE } from './open-screen.ts'

const SMALLEST = 4
const LARGEST = 20

/**
 * Gives a screen of fixed size the largest type with which it fits its box.
 * @returns how much it has to be made smaller still, 1 mostly
 */
export function fitScreen(
  terminal: Terminal,
  box: HTMLElement,
  { smallest = SMALLEST, largest = LARGEST } = {},
): number {
  const drawn = terminal.element?.querySelector<HTMLElement>('.xterm-screen')
  const style = getComputedStyle(box)
  const width = box.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight)
  const height =
    box.clientHeight - Number.parseFloat(style.paddingTop) - Number.parseFloat(style.paddingBottom)
  if (drawn === undefined || drawn === null || width <= 0 || height <= 0) return 1
  const current = terminal.options.fontSize ?? FONT_SIZE
  // Cells are whole pixels, so the first guess can be a little too large.
  for (let attempt = 0, size = current; attempt < 4; attempt++) {
    const ratio = Math.min(width / drawn.offsetWidth, height / drawn.offsetHeight)
    const wanted = Math.min(largest, Math.max(smallest, Math.floor(size * ratio * 4) / 4))
    if (wanted === size) break
    if (attempt > 1 && wanted > size) break
    terminal.options.fontSize = wanted
    size = wanted
  }
  return Math.min(1, width / drawn.offsetWidth, height / drawn.offsetHeight)
}
