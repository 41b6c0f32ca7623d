import { IconTerminal, IconTerminal2 } from '@tabler/icons-react'
import { ROLES } from '../../../base/common/api.ts'
import type { WebFeature } from '../../../base/web/shell/pages.ts'
import { webshLabel } from './views.ts'

export const webshWeb: WebFeature = {
  pages: [
    {
      path: '/terminals',
      allow: ROLES,
      load: async () => (await import('./live/TerminalsPage.tsx')).TerminalsPage,
      nav: {
        group: 'execution',
        order: 20,
        label: () => 'Terminals',
        icon: IconTerminal2,
        letter: 'e',
      },
    },
    {
      path: '/terminals/$id',
      allow: ROLES,
      load: async () => (await import('./live/TerminalPage.tsx')).TerminalPage,
    },
    {
      path: '/audit/websh',
      allow: ROLES,
      load: async () => (await import('./list/WebshPage.tsx')).WebshPage,
      nav: { group: 'events', order: 10, label: webshLabel, icon: IconTerminal, letter: 'w' },
    },
    {
      path: '/audit/websh/search',
      allow: ROLES,
      load: async () => (await import('./search/SeenPage.tsx')).SeenPage,
    },
    {
      path: '/audit/websh/commands',
      allow: ROLES,
      load: async () => (await import('./search/RunPage.tsx')).RunPage,
    },
    {
      path: '/audit/websh/$id',
      allow: ROLES,
      load: async () => (await import('./replay/ReplayPage.tsx')).ReplayPage,
    },
    {
      path: '/settings/terminals',
      allow: ['admin', 'auditor'],
      load: async () => (await import('./settings/TerminalPolicyPage.tsx')).TerminalPolicyPage,
      denied: {
        title: 'Settings are for administrators',
        why: 'What holds for the whole workspace is decided there. Your own are under Profile.',
      },
    },
  ],
  deeds: [
    { label: 'Open a terminal', allow: ['admin', 'member'], to: '/terminals', search: { new: 'terminal' } },
  ],
  finders: [
    {
      label: (text) => `Terminals that showed “${text}”`,
      to: '/audit/websh/search',
      search: (text) => ({ text }),
    },
    {
      label: (text) => `Commands run in terminals that contain “${text}”`,
      to: '/audit/websh/commands',
      search: (text) => ({ text }),
    },
  ],
}
