import './tables.ts'

export { serverEvents } from '../common/events.ts'
export { serverFaults } from '../common/faults.ts'
export type { JournalMemory } from './agent-enrol.ts'
export type { SayCompleteness } from './completeness.ts'
export { serverIdsByGroup, serverIdsOf, serverNamesOf } from './groups.ts'
export { serverMigrations } from './migrations.ts'
export { serverScopes } from './scope.ts'
export { TOKEN_PREFIX } from './server-token.ts'
export {
  type ServersFeature,
  type ServersOptions,
  serversFeature,
  type WhenRemoved,
} from './servers-feature.ts'
