import type { View } from '../../../base/web/parts/PageHead.tsx'

/** The pages that stand beside each other under one title, as tabs with addresses of their own. */
const views = <N extends string>(tabs: Record<N, Omit<View, 'current' | 'label'>>) =>
  function at(current: N): View[] {
    return (Object.keys(tabs) as N[]).map((label) => ({ label, ...tabs[label], current: label === current }))
  }

export const peopleViews = views({
  People: { to: '/people' },
  Groups: { to: '/people', search: { view: 'groups' } },
  Tokens: { to: '/people/tokens' },
})

export const profileViews = views({
  Profile: { to: '/profile' },
  Security: { to: '/profile/security' },
  Tokens: { to: '/profile/tokens' },
})

export const settingsViews = views({
  Workspace: { to: '/settings/workspace' },
  Security: { to: '/settings/security' },
  'Single sign-on': { to: '/settings/single-sign-on' },
  Terminals: { to: '/settings/terminals' },
  'Who may see what': { to: '/settings/access' },
})
