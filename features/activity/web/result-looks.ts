import type { GlyphName, Tone } from '../../../base/web/parts/Glyph.tsx'
import type { ActivityRow } from '../common/activity.ts'

/** How a status looks, and what it means in a word. */
export function resultOf({ status }: Pick<ActivityRow, 'status'>): {
  readonly glyph: GlyphName
  readonly tone: Tone
  readonly word: string
} {
  if (status < 400) return { glyph: 'check', tone: 'quiet', word: 'done' }
  if (status === 403) return { glyph: 'bar', tone: 'wait', word: 'denied' }
  if (status >= 500) return { glyph: 'bang', tone: 'fail', word: 'went wrong' }
  return { glyph: 'cross', tone: 'fail', word: 'refused' }
}
