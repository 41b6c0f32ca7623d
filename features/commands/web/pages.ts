import { IconListDetails, IconPlayerPlay } from '@tabler/icons-react'
import { ROLES } from '../../../base/common/api.ts'
import type { WebFeature } from '../../../base/web/shell/pages.ts'

export const commandsWeb: WebFeature = {
  pages: [
    {
      path: '/run',
      allow: ['admin', 'member'],
      load: async () => (await import('./RunPage.tsx')).RunPage,
      denied: {
        title: 'Auditors run no commands',
        why: 'An auditor reads the whole record and changes nothing, on no server.',
      },
      nav: {
        group: 'execution',
        order: 30,
        label: () => 'Run a command',
        icon: IconPlayerPlay,
        letter: 'r',
      },
    },
    {
      path: '/commands',
      allow: ROLES,
      load: async () => (await import('./CommandsPage.tsx')).CommandsPage,
      nav: {
        group: 'events',
        order: 30,
        label: (role) => (role === 'member' ? 'My commands' : 'Commands'),
        icon: IconListDetails,
        letter: 'c',
      },
    },
    {
      path: '/commands/$id',
      allow: ROLES,
      load: async () => (await import('./CommandPage.tsx')).CommandPage,
    },
  ],
  deeds: [{ label: 'Run a command', allow: ['admin', 'member'], to: '/run' }],
  finders: [
    {
      label: (text, role) => `${role === 'member' ? 'My commands' : 'Commands'} that contain “${text}”`,
      to: '/commands',
      search: (text) => ({ text }),
    },
  ],
}
