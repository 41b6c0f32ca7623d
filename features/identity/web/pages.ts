import { IconSettings, IconUserCircle, IconUsers } from '@tabler/icons-react'
import { ROLES, type Role } from '../../../base/common/api.ts'
import type { WebFeature } from '../../../base/web/shell/pages.ts'

const everything: readonly Role[] = ['admin', 'auditor']
const people = {
  title: 'People and groups are for administrators',
  why: 'Who may sign in, and which servers a group gives, is decided there.',
}
const settings = {
  title: 'Settings are for administrators',
  why: 'What holds for the whole workspace is decided there. Your own are under Profile.',
}

export const identityWeb: WebFeature = {
  pages: [
    {
      path: '/people',
      allow: everything,
      load: async () => (await import('./people/PeoplePage.tsx')).PeoplePage,
      denied: people,
      nav: {
        group: 'workspace',
        order: 10,
        label: () => 'People and tokens',
        icon: IconUsers,
        letter: 'p',
      },
    },
    {
      path: '/people/$id',
      allow: everything,
      load: async () => (await import('./people/PersonPage.tsx')).PersonPage,
      denied: people,
    },
    {
      path: '/profile',
      allow: ROLES,
      load: async () => (await import('./profile/ProfilePage.tsx')).ProfilePage,
      nav: {
        group: 'workspace',
        order: 10,
        roles: ['member'],
        label: () => 'Profile and tokens',
        icon: IconUserCircle,
        letter: 'p',
      },
    },
    {
      path: '/profile/security',
      allow: ROLES,
      load: async () => (await import('./SecurityPage.tsx')).SecurityPage,
    },
    {
      path: '/settings',
      allow: everything,
      load: async () => (await import('./settings/WorkspacePage.tsx')).WorkspacePage,
      denied: settings,
      nav: { group: 'workspace', order: 20, label: () => 'Settings', icon: IconSettings, letter: 't' },
    },
    {
      path: '/settings/workspace',
      allow: everything,
      load: async () => (await import('./settings/WorkspacePage.tsx')).WorkspacePage,
      denied: settings,
    },
    {
      path: '/settings/security',
      allow: everything,
      load: async () => (await import('./settings/SecurityPage.tsx')).SecurityPage,
      denied: settings,
    },
    {
      path: '/settings/single-sign-on',
      allow: everything,
      load: async () => (await import('./single-sign-on/SingleSignOnPage.tsx')).SingleSignOnPage,
      denied: settings,
    },
    {
      path: '/settings/access',
      allow: everything,
      load: async () => (await import('./settings/AccessPage.tsx')).AccessPage,
      denied: settings,
    },
  ],
  deeds: [
    { label: 'Invite a person', allow: ['admin'], to: '/people', search: { new: 'invitation' } },
    { label: 'Add a person with a password', allow: ['admin'], to: '/people', search: { new: 'person' } },
    { label: 'Add a group', allow: ['admin'], to: '/people', search: { view: 'groups', new: 'group' } },
    { label: 'My profile', allow: ROLES, to: '/profile' },
    { label: 'Security: password, second factors, sessions', allow: ROLES, to: '/profile/security' },
    { label: 'Who may see what', allow: everything, to: '/settings/access' },
  ],
}
