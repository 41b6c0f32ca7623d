import './tables.ts'

export { commandsEvents } from '../common/events.ts'
export { commandsMigrations } from './migrations.ts'
export { type CommandsFeature, commandsFeature } from './routes.ts'
export { commandsScopes } from './scope.ts'
