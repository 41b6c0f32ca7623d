import { type ComponentType, createElement } from 'react'
import { ROLES } from '../../../../base/common/api.ts'
import type { WebFeature } from '../../../../base/web/shell/pages.ts'
import type { ServerChoices } from './ServerRules.tsx'

/** @param choices servers to choose from, given by the feature above that knows them */
export function tokensWeb(choices: ServerChoices): WebFeature {
  const list = (own: boolean) => async (): Promise<ComponentType> => {
    const { TokensPage } = await import('./TokensPage.tsx')
    return () => createElement(TokensPage, { choices, own })
  }
  return {
    pages: [
      {
        path: '/people/tokens',
        allow: ['admin', 'auditor'],
        load: list(false),
        denied: {
          title: "Everyone's tokens are for administrators and auditors",
          why: 'Your own are under your profile.',
        },
      },
      { path: '/profile/tokens', allow: ROLES, load: list(true) },
      {
        path: '/tokens/$id',
        allow: ROLES,
        load: async () => {
          const { TokenPage } = await import('./TokenPage.tsx')
          return () => createElement(TokenPage, { choices })
        },
      },
    ],
    deeds: [
      { label: 'Make a token', allow: ROLES, to: '/profile/tokens', search: { new: 'token' } },
      { label: 'My tokens', allow: ROLES, to: '/profile/tokens' },
    ],
  }
}
