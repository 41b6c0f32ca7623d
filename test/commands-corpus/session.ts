/** How a step's keys reach the terminal. */
export type Pace =
  /** One key after the other, a few milliseconds between them. */
  | 'keys'
  /** All in one write. */
  | 'burst'
  /** In writes of one to six keys. */
  | 'clumps'
  /** One key after the other, as far apart as a person's who types fast. */
  | 'slow'

export type Step =
  /** Keys (see keys.ts), then wait until nothing more is shown. */
  | string
  /** Keys, and no waiting afterwards: what follows is typed ahead. */
  | { readonly ahead: string }
  /** Keys at another pace than the session's. */
  | { readonly burst: string }
  /** As a terminal pastes while bracketed paste is on. */
  | { readonly paste: string }
  /** As it pastes while it is off: line ends become Enter. */
  | { readonly rawPaste: string }
  | { readonly resize: readonly [cols: number, rows: number] }
  /** Wait until so much of what is shown has come since the last keys, at most 8 seconds. */
  | { readonly until: string }
  /** Milliseconds to let pass. */
  | { readonly pause: number }
  /** What no hook can log: lines of a REPL, commands of dash, or of a shell without our hook. */
  | { readonly ran: readonly string[] }

/** How it is decided that the next step can be typed. */
export type Waits =
  /** Nothing is shown any more and nobody is at work. */
  | 'quiet'
  /** So much time has passed, whatever happened: what comes later is typed ahead. */
  | 'fixed'
  /** This was shown since Enter, and the next key comes right behind it. */
  | { readonly prompt: string }

export type ShellName = 'bash' | 'zsh' | 'fish' | 'dash'

/** One scripted session with a real shell. */
export interface Session {
  readonly name: string
  readonly category: string
  readonly shell: ShellName
  readonly cols?: number
  readonly rows?: number
  readonly term?: string
  /** Lines of the person's own startup file. */
  readonly rc?: string
  readonly env?: Readonly<Record<string, string>>
  readonly pace?: Pace
  readonly waits?: Waits
  /** With the shell integration the agent injects. */
  readonly integration?: boolean
  /** Programs without which the session is skipped. */
  readonly needs?: readonly string[]
  /** Typed at no-echo prompts: must be found nowhere. */
  readonly secrets?: readonly string[]
  /** Ran with the terminal told to show nothing: expected as what hides them. */
  readonly hidden?: readonly string[]
  readonly steps: readonly Step[]
}
