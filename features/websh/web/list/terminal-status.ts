import type { GlyphName, Tone } from '../../../../base/web/parts/Glyph.tsx'
import type { TerminalStatus } from '../../common/terminal.ts'

/** How each status looks: what needs nobody is grey. */
export const terminalLooks: Record<TerminalStatus, readonly [GlyphName, Tone]> = {
  opening: ['arc', 'run'],
  live: ['arc', 'run'],
  ended: ['check', 'quiet'],
  failed: ['cross', 'fail'],
  imported: ['dots', 'quiet'],
  interrupted: ['bang', 'wait'],
}

export const clientTypeWords = { web: 'Browser', token: 'API token', import: 'Import' } as const
