import { recordingApi } from './recording-api.ts'
import { terminalApi } from './terminal-api.ts'

/** Each topic has its own table; together they are what websh serves. */
export const webshApi = { ...terminalApi, ...recordingApi }
