import { recordingFaults } from './recording-faults.ts'
import { terminalFaults } from './terminal-faults.ts'

export const webshFaults = { ...terminalFaults, ...recordingFaults }
