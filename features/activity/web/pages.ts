import { IconChartBar, IconClipboardList } from '@tabler/icons-react'
import type { WebFeature } from '../../../base/web/shell/pages.ts'

export const activityWeb: WebFeature = {
  pages: [
    {
      path: '/governance/activity',
      allow: ['admin', 'auditor'],
      load: async () => (await import('./ActivityPage.tsx')).ActivityPage,
      denied: {
        title: 'The activity log is for administrators',
        why: 'It shows what everybody did, so the server does not send it to you. This visit is in it.',
      },
      nav: {
        group: 'governance',
        order: 20,
        label: () => 'Activity log',
        icon: IconClipboardList,
        letter: 'l',
      },
    },
    {
      path: '/monitoring/user-activity',
      allow: ['admin', 'auditor', 'member'],
      load: async () => (await import('./UserActivityPage.tsx')).UserActivityPage,
      nav: {
        group: 'monitoring',
        order: 10,
        label: (role) => (role === 'member' ? 'My activity' : 'User activity'),
        icon: IconChartBar,
      },
    },
  ],
  finders: [
    {
      label: (text) => `Activity that mentions “${text}”`,
      to: '/governance/activity',
      search: (text) => ({ text }),
    },
  ],
}
