import { recordingEvents } from './recording-events.ts'
import { terminalEvents } from './terminal-events.ts'

export const webshEvents = { ...terminalEvents, ...recordingEvents }
