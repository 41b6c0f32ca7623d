import type { Feature } from '../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../base/server/parts.ts'
import type { ServerIdsByGroup } from './people/groups.ts'
import { peopleRoutes } from './people/routes.ts'
import { authRoutes } from './sign-in/routes.ts'

/** Each topic of identity serves its own table; together they are one feature. */
export function identityFeature(serverIdsByGroup: ServerIdsByGroup): FeatureParts {
  return joined([authRoutes(), peopleRoutes(serverIdsByGroup)])
}

const joined = (topics: readonly Feature[]): Feature => ({
  api: Object.assign({}, ...topics.map(({ api }) => api)),
  events: Object.assign({}, ...topics.map(({ events }) => events)),
  handlers: Object.assign({}, ...topics.map(({ handlers }) => handlers)),
})
