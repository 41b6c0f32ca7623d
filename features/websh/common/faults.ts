import { terminalFaults } from './terminal-faults.ts'

export const webshFaults = { ...terminalFaults }
