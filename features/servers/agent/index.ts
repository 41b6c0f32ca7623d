export { readFacts } from './facts.ts'
export { FactsAgent, type FactsTask } from './facts-agent.ts'
