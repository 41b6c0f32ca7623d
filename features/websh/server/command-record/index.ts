export { CommandReader, type CommandReaderOptions } from './command-reader.ts'
export { HIDDEN_TEXT, type RunCommand } from './run-command.ts'
export type { View } from './screen.ts'
