export { TerminalsAgent, type TerminalsAgentOptions } from './terminal/terminals-agent.ts'
