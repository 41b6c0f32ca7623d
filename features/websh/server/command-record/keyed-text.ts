/** Stands in what was typed for a character that the recording does not hold, because the screen did not show it at once. */
export const UNKNOWN = '\uFFFC'

/** Blanks at the end of a line, which do not show. */
const MOST_UNSEEN = 4
const MOST_TABS = 3

export const hasUnknown = (text: string): boolean => text.includes(UNKNOWN)

/** `<0301>` is how zsh shows what it takes to be no character of its own. */
const decoded = (text: string): string =>
  text.replace(/<([0-9a-fA-F]{4,8})>/g, (_, code: string) =>
    String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)),
  )

/** Without all a screen may show otherwise: blanks, tabs, accents on their own, and `<0301>` or `^A` for what it cannot show. */
export const bareText = (text: string): string =>
  decoded(text)
    .normalize('NFD')
    .replace(/[\s\p{M}\p{Cf}\p{Cc}]+/gu, '')

/** A control character typed by Ctrl-V as shells show it: `^A`. */
const inCarets = (text: string): string =>
  text.replace(/[\x01-\x08\x0b-\x1f]/g, (code) => `^${String.fromCharCode(code.charCodeAt(0) + 0x40)}`)

/**
 * A key that was taken for a character where others act on it: `^L` in bash's vi mode.
 * @returns the line with those characters, where it is otherwise as it was typed.
 */
export function withControls(shown: string, keyed: string): string | undefined {
  if (keyed.includes('^') || hasUnknown(keyed) || !/\^[A-Z]/.test(shown)) return undefined
  if (bareText(shown.replace(/\^[A-Z]/g, '')) !== bareText(keyed)) return undefined
  return shown.replace(/\^([A-Z])/g, (_, letter: string) => String.fromCharCode(letter.charCodeAt(0) - 0x40))
}

/** Whether a screen may show the one where the other was typed. */
export function isShownAs(shown: string, keyed: string): boolean {
  if (hasUnknown(keyed)) return unknownIn(shown, keyed) !== undefined
  const bare = bareText(shown)
  return bare === bareText(keyed) || bare === bareText(inCarets(keyed))
}

const plainText = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Equal but for what a screen does not tell: tabs, blanks at a row's end. */
export const isSameText = (shown: string, keyed: string): boolean =>
  hasUnknown(keyed) ? isShownAs(shown, keyed) : plainText(shown) === plainText(keyed)

/** What was typed, read from the screen where the keys do not say it. */
export function filledFrom(shown: string, keyed: string): string {
  if (!hasUnknown(keyed)) return keyed
  const runs = unknownIn(shown, keyed)
  return runs === undefined ? shown : keyed.replace(/\uFFFC+/g, () => runs.shift() ?? '').trimEnd()
}

/**
 * @param isPrompt asked where not all that was typed is known: whether what stands before it may be a prompt.
 * @returns how much of the line's end reads as it was typed; undefined when it does not.
 */
export function lengthOfEnding(
  line: string,
  keyed: string,
  isPrompt: (tail: string) => boolean,
): number | undefined {
  if (!hasUnknown(keyed)) return line.endsWith(keyed) ? keyed.length : undefined
  const characters = [...line]
  const expected = [...keyed]
  // A blank at the end of the line is not to be seen.
  for (let unseen = 0; unseen < MOST_UNSEEN; unseen++) {
    const from = characters.length - expected.length
    const isEnding =
      from >= 0 && expected.every((key, index) => key === UNKNOWN || key === characters[from + index])
    if (isEnding && isPrompt(characters.slice(0, from).join('')))
      return characters.slice(from).join('').length
    if (expected.length <= 1 || expected.pop() !== UNKNOWN) break
  }
  return undefined
}

/** What the screen shows for each run of unknown characters; undefined when it does not show what was typed. */
function unknownIn(shown: string, keyed: string): string[] | undefined {
  // Each of them may take several widths: more would take a search too long.
  if (keyed.split('\t').length > MOST_TABS + 1) return undefined
  const pattern = patternOf(keyed)
  // What was typed without a line end ran over the row's end, there or behind a blank.
  const readings = keyed.includes('\n') ? [shown] : [shown.replaceAll('\n', ' '), shown.replaceAll('\n', '')]
  for (const reading of new Set([...readings, ...readings.map(decoded)])) {
    const found = pattern.exec(reading.trimEnd())
    if (found !== null) return found.slice(1)
  }
  return undefined
}

/** What is known of it, blanks as they may be shown, and a group for each run of what is not. */
function patternOf(keyed: string): RegExp {
  const pattern = keyed
    .trimEnd()
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replaceAll('\n', '\\n *?')
    .replaceAll('\t', ' {1,8}?')
    .replace(/\uFFFC+$/, (run) => `([^\\n]{0,${run.length}})`)
    .replace(/\uFFFC+/g, (run) => `([^\\n]{${run.length}})`)
  return new RegExp(`^${pattern}$`, 'u')
}
