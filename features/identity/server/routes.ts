import type { FeatureParts, Parts } from '../../../base/server/parts.ts'
import { groupRoutes } from './people/group-routes.ts'
import type { ServerIdsByGroup } from './people/groups.ts'
import { linksRoutes } from './people/links-routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { authRoutes } from './sign-in/routes.ts'
import { singleSignOnRoutes } from './single-sign-on/routes.ts'
import type { TokenPorts } from './tokens/ports.ts'
import { tokenRoutes } from './tokens/routes.ts'

/** Each topic of identity serves its own table; together they are one feature. */
export function identityFeature(
  parts: Parts,
  serverIdsByGroup: ServerIdsByGroup,
  tokenPorts: TokenPorts,
): FeatureParts {
  return joined([
    authRoutes(parts),
    peopleRoutes(parts),
    groupRoutes(serverIdsByGroup),
    linksRoutes(parts),
    settingsRoutes(parts),
    tokenRoutes(tokenPorts),
    singleSignOnRoutes(parts),
  ])
}

const joined = (topics: readonly FeatureParts[]): FeatureParts => ({
  api: Object.assign({}, ...topics.map(({ api }) => api)),
  events: Object.assign({}, ...topics.map(({ events }) => events)),
  handlers: Object.assign({}, ...topics.map(({ handlers }) => handlers)),
  jobs: Object.assign({}, ...topics.map(({ jobs }) => jobs ?? {})),
  start: async () => {
    for (const topic of topics) await topic.start?.()
  },
  stop: async () => {
    for (const topic of topics.toReversed()) await topic.stop?.()
  },
})
