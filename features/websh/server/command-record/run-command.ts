/** Stands for the text of a command that was typed while the terminal did not show what is typed (`stty -echo`). */
export const HIDDEN_TEXT = '••••••••'

/** One command a person ran in a terminal. */
export interface RunCommand {
  /** As the shell's own history or hook has it, or HIDDEN_TEXT; lines of one command with `\n` between them where the shell keeps them so. */
  readonly text: string
  /** When the Enter that ran it was pressed, from the recording's start. */
  readonly seconds: number
  /** A shell's command, or a line for a program that reads and evaluates lines. */
  readonly kind: 'shell' | 'repl'
  /** How many shells deep, from 1. */
  readonly shellDepth?: number
  readonly exitCode?: number
  /** Who says so: the shell's own marks, what the screen showed when Enter was pressed, or both. */
  readonly source: 'integration' | 'screen' | 'both'
  /** What the screen showed, where it is not what the shell said. */
  readonly disagreement?: string
}
