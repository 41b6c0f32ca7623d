import './tables.ts'

export { activityMigrations } from './migrations.ts'
export { type ActivityFeature, activityFeature } from './routes.ts'
export { activityScopes } from './scope.ts'
