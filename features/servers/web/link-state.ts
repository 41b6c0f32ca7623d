import type { GlyphName, Tone } from '../../../base/web/parts/Glyph.tsx'
import type { LinkState } from '../common/server.ts'

/** How the state of an agent's link looks. A healthy one is grey. */
export const linkLooks: Record<LinkState, { glyph: GlyphName; tone: Tone; word: string }> = {
  connected: { glyph: 'check', tone: 'quiet', word: 'Connected' },
  offline: { glyph: 'bang', tone: 'wait', word: 'Offline' },
  never: { glyph: 'dots', tone: 'quiet', word: 'Not seen yet' },
}
