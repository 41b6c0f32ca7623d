import './recording/tables.ts'
import './terminal/tables.ts'

export { webshMigrations } from './migrations.ts'
export { packShown, type Removal } from './recording/index.ts'
export { webshScopes } from './scope.ts'
export { type WebshFeature, type WebshOptions, webshFeature } from './websh-feature.ts'
