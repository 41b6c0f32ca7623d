import type { View } from '../../../base/web/parts/PageHead.tsx'

const tabs = {
  Terminals: '/audit/websh',
  'Seen on screen': '/audit/websh/search',
  'Commands run': '/audit/websh/commands',
} as const

/** The pages that stand beside each other under Websh. */
export const webshViews = (current: keyof typeof tabs): View[] =>
  Object.entries(tabs).map(([label, to]) => ({ label, to, current: label === current }))

export const webshLabel = (role: string): string => (role === 'member' ? 'My websh' : 'Websh')
