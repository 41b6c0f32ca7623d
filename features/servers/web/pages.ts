import { IconServer2 } from '@tabler/icons-react'
import { ROLES } from '../../../base/common/api.ts'
import type { WebFeature } from '../../../base/web/shell/pages.ts'

export const serversWeb: WebFeature = {
  pages: [
    {
      path: '/servers',
      allow: ROLES,
      load: async () => (await import('./ServersPage.tsx')).ServersPage,
      nav: { group: 'access', order: 30, label: () => 'Servers', icon: IconServer2, letter: 's' },
    },
    {
      path: '/servers/tokens',
      allow: ['admin', 'auditor'],
      load: async () => (await import('./TokensPage.tsx')).TokensPage,
      denied: {
        title: 'Registration tokens are for administrators',
        why: 'With one of them a machine can join this workspace.',
      },
    },
  ],
  deeds: [{ label: 'Enrol a server', allow: ['admin'], to: '/servers', search: { enrol: 'yes' } }],
  finders: [
    {
      label: (text) => `Servers called “${text}”`,
      to: '/servers',
      search: (text) => ({ text }),
    },
  ],
}
