const QUESTION = /^zsh: correct '(.+)' to '(.+)' \[nyae\]\? ?([nyae]?)\s*$/

/**
 * @param shown the row under a line of zsh, when it is finished.
 * @returns what runs after zsh asked whether a word of the line is right (CORRECT); null when it was told to run nothing,
 * undefined when it did not ask.
 */
export function corrected(line: string, shown: string): string | null | undefined {
  const [, wrong, right, answer] = QUESTION.exec(shown) ?? []
  if (wrong === undefined || right === undefined) return undefined
  if (answer === 'a' || answer === 'e') return null
  if (answer !== 'y') return line
  const words = line.split(/(\s+)/)
  const at = words.indexOf(wrong)
  return at < 0 ? line.replace(wrong, () => right) : words.with(at, right).join('')
}
