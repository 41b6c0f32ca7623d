import type { GlyphName, Tone } from '../../../base/web/parts/Glyph.tsx'
import type { StatusWord } from '../common/command.ts'

/** How each status looks: what needs nobody is grey. */
export const statusLooks: Record<StatusWord, readonly [GlyphName, Tone]> = {
  Scheduled: ['dots', 'quiet'],
  Running: ['arc', 'run'],
  'Awaiting approval': ['pause', 'wait'],
  Success: ['check', 'quiet'],
  Failed: ['cross', 'fail'],
  Rejected: ['bar', 'fail'],
  Cancelled: ['minus', 'quiet'],
  Unresponsive: ['bang', 'wait'],
}
