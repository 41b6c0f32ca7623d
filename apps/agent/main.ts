import { becomeLean } from './lean.ts'

process.title = 'annals-agent'
await becomeLean(process.argv.slice(2))
await (await import('./run.ts')).main(process.argv.slice(2))
