import { IconUsers } from '@tabler/icons-react'
import type { WebFeature } from '../../../base/web/shell/pages.ts'

export const identityWeb: WebFeature = {
  pages: [
    {
      path: '/people',
      allow: ['admin'],
      load: async () => (await import('./PeoplePage.tsx')).PeoplePage,
      denied: {
        title: 'People and groups are for administrators',
        why: 'Who may sign in, and which servers a group gives, is decided there.',
      },
      nav: {
        group: 'workspace',
        order: 10,
        label: () => 'People and groups',
        icon: IconUsers,
        letter: 'p',
      },
    },
    {
      path: '/profile/security',
      allow: ['admin', 'auditor', 'member'],
      load: async () => (await import('./SecurityPage.tsx')).SecurityPage,
    },
  ],
  deeds: [
    {
      label: 'Security: password, second factors, sessions',
      allow: ['admin', 'auditor', 'member'],
      to: '/profile/security',
    },
    { label: 'Add a person', allow: ['admin'], to: '/people', search: { new: 'person' } },
    { label: 'Add a group', allow: ['admin'], to: '/people', search: { view: 'groups', new: 'group' } },
  ],
}
