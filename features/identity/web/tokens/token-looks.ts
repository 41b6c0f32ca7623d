import type { GlyphName, Tone } from '../../../../base/web/parts/Glyph.tsx'
import type { Token, TokenKind, TokenState } from '../../common/token.ts'

export const tokenLooks: Record<TokenState, { glyph: GlyphName; tone: Tone; word: string }> = {
  active: { glyph: 'check', tone: 'ok', word: 'Active' },
  disabled: { glyph: 'bar', tone: 'fail', word: 'Disabled' },
  expired: { glyph: 'clock', tone: 'quiet', word: 'Expired' },
  suspended: { glyph: 'pause', tone: 'wait', word: 'Suspended' },
}

export const kindWords: Record<TokenKind, string> = { personal: 'Personal', service: 'Service' }

const counted = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

/** What it may touch at most, in a few words. */
export function boundsWords({ commands, servers, paths, addresses }: Token): string {
  const lines = commands.includes('*') ? 'any command' : counted(commands.length, 'command', 'commands')
  const where = servers.includes('*') ? 'every server' : counted(servers.length, 'server', 'servers')
  return [
    commands.length === 0 ? 'no command' : lines,
    servers.length === 0 ? 'no server' : where,
    ...(paths.length === 0 ? [] : [counted(paths.length, 'path', 'paths')]),
    ...(addresses.length === 0 ? [] : [`from ${counted(addresses.length, 'address', 'addresses')}`]),
  ].join(' · ')
}
