/** Why the agent does not run, in a sentence that says what to do. Ends the process with `exitCode`. */
export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal'
  readonly exitCode: number

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options)
    this.exitCode = options.exitCode ?? 1
  }
}

/** The server ended the enrolment: starting again by itself would not help (systemd: RestartPreventExitStatus). */
export const EXIT_REFUSED = 3
/** Another agent uses the same data directory. */
export const EXIT_LOCKED = 4
