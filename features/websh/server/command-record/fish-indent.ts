const STEP = 4
const OPENS = /^(if|for|while|function|switch|begin)\b/

/**
 * fish sets the further lines of a command in by the prompt's width and by their depth, on the screen only.
 * @param promptWidth columns before the first line.
 */
export function withoutIndent(text: string, promptWidth: number): string {
  const lines = text.split('\n')
  if (lines.length === 1 || !lines.slice(1).every((line) => blanksOf(line) >= promptWidth || line === ''))
    return text
  let depth = 0
  return lines
    .map((line, index) => {
      const own = index === 0 ? line : line.slice(promptWidth)
      const words = own.trim()
      const isClosing = /^(end|else|case)\b/.test(words)
      const indent =
        index === 0 ? 0 : Math.min(blanksOf(own), STEP * Math.max(depth - (isClosing ? 1 : 0), 0))
      for (const statement of words.split(/[;&|]+\s*/)) {
        if (OPENS.test(statement)) depth++
        else if (/^end\b/.test(statement)) depth--
      }
      return own.slice(indent)
    })
    .join('\n')
}

const blanksOf = (line: string): number => line.length - line.trimStart().length
