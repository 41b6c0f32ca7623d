export { CommandReader, type CommandReaderOptions } from './command-reader.ts'
export type { RunCommand } from './run-command.ts'
