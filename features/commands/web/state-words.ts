import { type CommandStatus, statusWords } from '../common/command.ts'

const stateWords: Partial<Record<string, string>> = {
  queued: 'Submitted',
  scheduled: 'Scheduled',
  delivered: 'Delivered',
  accepted: 'Acknowledged',
  acknowledged: 'Acknowledged',
  verifying: 'Verifying',
  running: 'Started',
  awaiting_approval: 'Held',
}

/** What the time-line calls a state: the moment for states one passes through, the status for those one ends in. */
export const stateWord = (state: string): string =>
  stateWords[state] ?? statusWords[state as CommandStatus] ?? state.charAt(0).toUpperCase() + state.slice(1)
