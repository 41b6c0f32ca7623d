/** How a stretch of output looks: only what SGR can say, as names the style sheet knows. */
export interface Style {
  /** 0–7: an `ansi-*` token. */
  readonly ink?: number
  readonly paper?: number
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly strike?: boolean
  readonly inverse?: boolean
}

export const plain: Style = {}

const SGR = /\u001b\[([0-9;:]*)m/g
const UNFINISHED = /\u001b(\[[0-9;:]{0,60})?$/

/** Cuts text at its SGR sequences. Every other escape sequence stays in the text, where it is shown, not obeyed. */
export function readSgr(
  text: string,
  style: Style,
): { spans: { text: string; style: Style }[]; style: Style } {
  const spans: { text: string; style: Style }[] = []
  let current = style
  let from = 0
  for (const match of text.matchAll(SGR)) {
    if (match.index > from) spans.push({ text: text.slice(from, match.index), style: current })
    current = applySgr(current, match[1]!)
    from = match.index + match[0].length
  }
  if (from < text.length) spans.push({ text: text.slice(from), style: current })
  return { spans, style: current }
}

/** The start of a sequence at the end of a piece, whose rest comes with the next one; at most 62 characters. */
export const unfinishedSequence = (text: string): string => UNFINISHED.exec(text)?.[0] ?? ''

/** @param parameters what stands between `ESC [` and `m` */
export function applySgr(style: Style, parameters: string): Style {
  const codes = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number)
  let now: Style = style
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 38 || code === 48) {
      const [color, used] = extended(codes.slice(at + 1))
      at += used
      now = code === 38 ? withInk(now, color) : withPaper(now, color)
    } else now = applyOne(now, code)
  }
  return now
}

const switches: Record<number, Style> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
}

function applyOne(style: Style, code: number): Style {
  if (code === 0) return plain
  const change = switches[code]
  if (change !== undefined) return { ...style, ...change }
  if (code >= 30 && code <= 37) return withInk(style, code - 30)
  if (code >= 40 && code <= 47) return withPaper(style, code - 40)
  if (code >= 90 && code <= 97) return withInk(style, code - 90)
  if (code >= 100 && code <= 107) return withPaper(style, code - 100)
  if (code === 39) return withInk(style, undefined)
  if (code === 49) return withPaper(style, undefined)
  // Concealed text (8) and blinking are left out on purpose: what was printed is seen.
  return style
}

/** 256 and 24-bit colours: the first sixteen map to ours, the rest keep the text's own colour, which is readable. */
function extended(rest: readonly number[]): [color: number | undefined, used: number] {
  if (rest[0] === 5) return [rest[1] !== undefined && rest[1] < 16 ? rest[1] % 8 : undefined, 2]
  if (rest[0] === 2) return [undefined, 4]
  return [undefined, 1]
}

function withInk({ ink: _, ...rest }: Style, color: number | undefined): Style {
  return color === undefined ? rest : { ...rest, ink: color }
}

function withPaper({ paper: _, ...rest }: Style, color: number | undefined): Style {
  return color === undefined ? rest : { ...rest, paper: color }
}

/** The class names of a style; empty for plain text. */
export function classOf(style: Style): string {
  const names: string[] = []
  if (style.ink !== undefined) names.push(`ink-${style.ink}`)
  if (style.paper !== undefined) names.push(`paper-${style.paper}`)
  for (const name of ['bold', 'dim', 'italic', 'underline', 'strike', 'inverse'] as const)
    if (style[name]) names.push(`sgr-${name}`)
  return names.join(' ')
}
