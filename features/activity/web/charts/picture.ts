interface Titles {
  readonly title: string
  /** The workspace, the range and its time zone. */
  readonly under: string
  readonly finding: string
}

const MARGIN = 20
const SCALE = 2

/**
 * What an element shows, as a picture: its canvases, coloured boxes and texts, under the title, the range and the
 * finding. The colours are those on the screen.
 * @throws Error when the browser makes no picture of it
 */
export async function pictureOf(drawn: HTMLElement, { title, under, finding }: Titles): Promise<Blob> {
  const box = drawn.getBoundingClientRect()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser draws no picture')
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const family = token('font-ui')
  const width = Math.max(360, box.width) + 2 * MARGIN
  const font = (size: number, weight: number) => `${weight} ${size}px ${family}`
  context.font = font(12, 400)
  const lines = wrapped(context, finding, width - 2 * MARGIN)
  const top = MARGIN + 46 + lines.length * 18 + 10
  canvas.width = width * SCALE
  canvas.height = (top + box.height + MARGIN) * SCALE
  context.scale(SCALE, SCALE)
  context.fillStyle = token('bg')
  context.fillRect(0, 0, width, top + box.height + MARGIN)
  context.textBaseline = 'top'
  const write = (text: string, y: number, size: number, weight: number, colour: string) => {
    context.font = font(size, weight)
    context.fillStyle = token(colour)
    context.fillText(text, MARGIN, y, width - 2 * MARGIN)
  }
  write(title, MARGIN, 15, 600, 'text')
  write(under, MARGIN + 22, 12, 400, 'text-3')
  for (const [place, line] of lines.entries()) write(line, MARGIN + 46 + place * 18, 12, 400, 'text-2')
  paint(context, drawn, MARGIN - box.left, top - box.top)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('the picture came out empty')) : resolve(blob),
    ),
  )
}

function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function paint(context: CanvasRenderingContext2D, element: Element, x: number, y: number): void {
  const box = element.getBoundingClientRect()
  const style = getComputedStyle(element)
  if (box.width > 0 && box.height > 0 && !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor
    context.beginPath()
    const [left, top] = [box.left + x, box.top + y]
    // What is turned is a mark: a diamond within its box.
    if (style.transform !== 'none') diamond(context, left, top, box.width, box.height)
    else context.roundRect(left, top, box.width, box.height, Number.parseFloat(style.borderRadius) || 0)
    context.fill()
  }
  if (element instanceof HTMLCanvasElement)
    context.drawImage(element, box.left + x, box.top + y, box.width, box.height)
  for (const child of element.childNodes) {
    if (child instanceof Element) paint(context, child, x, y)
    else if (child.nodeType === Node.TEXT_NODE && child.textContent?.trim()) {
      const range = document.createRange()
      range.selectNodeContents(child)
      const place = range.getBoundingClientRect()
      context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
      context.fillStyle = style.color
      context.textBaseline = 'middle'
      const room = Math.min(place.width, box.right - place.left)
      context.fillText(
        fitting(context, child.textContent, room),
        place.left + x,
        place.top + place.height / 2 + y,
      )
    }
  }
}

function diamond(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
) {
  context.moveTo(left + width / 2, top)
  context.lineTo(left + width, top + height / 2)
  context.lineTo(left + width / 2, top + height)
  context.lineTo(left, top + height / 2)
  context.closePath()
}

/** The text, cut with an ellipsis as on the screen where it has no room. */
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room + 1) return text
  const letters = [...text]
  while (letters.length > 0 && context.measureText(`${letters.join('')}…`).width > room) letters.pop()
  return `${letters.join('')}…`
}
