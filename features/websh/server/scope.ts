import { recordingScopes } from './recording/index.ts'
import { terminalScopes } from './terminal/scope.ts'

export const webshScopes = { ...terminalScopes, ...recordingScopes }
