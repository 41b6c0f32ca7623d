import type { GlyphName, Tone } from '../../../../base/web/parts/Glyph.tsx'
import type { PersonLink, PersonStatus } from '../../common/person.ts'

interface Look {
  readonly glyph: GlyphName
  readonly tone: Tone
  readonly word: string
}

export const personLooks: Readonly<Record<PersonStatus, Look>> = {
  invited: { glyph: 'dots', tone: 'quiet', word: 'Invited' },
  active: { glyph: 'check', tone: 'quiet', word: 'Active' },
  suspended: { glyph: 'bar', tone: 'fail', word: 'Suspended' },
  removed: { glyph: 'minus', tone: 'quiet', word: 'Removed' },
}

export const linkLooks: Readonly<Record<PersonLink['state'], Look>> = {
  open: { glyph: 'dots', tone: 'quiet', word: 'Open' },
  used: { glyph: 'check', tone: 'quiet', word: 'Used' },
  withdrawn: { glyph: 'minus', tone: 'quiet', word: 'Withdrawn' },
  expired: { glyph: 'clock', tone: 'quiet', word: 'Expired' },
}

export const purposeWords: Readonly<Record<PersonLink['purpose'], string>> = {
  invitation: 'Invitation',
  'password-reset': 'Reset link',
}
