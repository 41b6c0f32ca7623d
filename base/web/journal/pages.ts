import { IconRosetteDiscountCheck } from '@tabler/icons-react'
import { ROLES } from '../../common/api.ts'
import type { WebFeature } from '../shell/pages.ts'

export const journalWeb: WebFeature = {
  pages: [
    {
      path: '/verify',
      allow: ROLES,
      load: async () => (await import('./VerifyPage.tsx')).VerifyPage,
      nav: { group: 'record', order: 30, label: () => 'Verify', icon: IconRosetteDiscountCheck, letter: 'v' },
    },
  ],
}
