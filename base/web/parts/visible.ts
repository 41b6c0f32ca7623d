/**
 * Characters that could act on a page, a terminal or a reader without being seen: C0 and C1 controls, bidirectional
 * marks and overrides, zero-width and other invisible format characters, tags, lone surrogates.
 */
export const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ud800-\udfff]/u

/** The visible name of a hidden character: its control picture, or its code point. */
export function nameOf(character: string): string {
  const point = character.codePointAt(0)!
  if (point < 0x20) return String.fromCodePoint(0x2400 + point)
  if (point === 0x7f) return '␡'
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}

export interface Stretch {
  readonly text: string
  /** True where `text` is the name of a hidden character. */
  readonly hidden: boolean
}

const splitter = new RegExp(`(${HIDDEN.source})`, 'u')

/**
 * Text cut into what may be shown as it is and the names of what may not.
 * @param keepsTabs in output, where a tab lays out columns
 */
export function stretches(text: string, keepsTabs = false): Stretch[] {
  if (!HIDDEN.test(text)) return text === '' ? [] : [{ text, hidden: false }]
  return text.split(splitter).flatMap((part, index): Stretch[] => {
    if (part === '') return []
    return [
      index % 2 === 1 && !(keepsTabs && part === '\t')
        ? { text: nameOf(part), hidden: true }
        : { text: part, hidden: false },
    ]
  })
}

/** The same as one string, for places that hold no markup: tooltips, labels, titles. */
export const visible = (text: string): string =>
  stretches(text)
    .map((part) => (part.hidden ? `⟨${part.text}⟩` : part.text))
    .join('')
