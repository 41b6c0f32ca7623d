import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import type { Terminal } from '@xterm/xterm'
import { copyText } from '../../../../base/web/parts/copy-text.ts'
import type { AttachTell, Present } from '../../common/attach.ts'
import { fitScreen } from '../screen/fit-screen.ts'
import { drawByWebgl, openScreen } from '../screen/open-screen.ts'
import { ScreenQueue } from '../screen/screen-queue.ts'
import { AttachLink, type AttachSocket, type AttachState } from './attach-link.ts'
import { type Paste, preparePaste } from './paste.ts'

export interface LiveState {
  readonly link: AttachState
  readonly attached: Extract<AttachTell, { type: 'attached' }> | null
  readonly people: readonly Present[]
  /** Whether the agent that holds the terminal is linked. */
  readonly linked: boolean
  /** When it is closed unless somebody types; milliseconds since 1970. */
  readonly closesAt: number | null
  readonly broken: string | null
  /** Why the last thing that was typed did not arrive. */
  readonly inputLost: { readonly why: string; readonly at: number } | null
  readonly columns: number
  readonly rows: number
  readonly hasSelection: boolean
  /** Set while somebody has to decide. */
  readonly asked:
    | { readonly kind: 'paste'; readonly paste: Paste }
    | { readonly kind: 'link'; readonly address: string }
    | null
}

export interface LiveOptions {
  /** Query parameters that admit this viewer. @throws Refused */
  readonly admit: (attempt: number) => Promise<{ readonly id: string; readonly ticket?: string }>
  /** The owner's: the terminal takes the size of the window. */
  readonly fits: boolean
}

const SCROLLBACK = 5000
const RESIZE_MILLISECONDS = 80
const encoder = new TextEncoder()

/** A terminal that is shown while it runs: screen, connection and what is known of it. */
export class LiveView {
  readonly terminal: Terminal
  /** The owner's: the terminal takes the size of the window. */
  readonly fits: boolean
  readonly search = new SearchAddon({ highlightLimit: 500 })
  readonly #queue: ScreenQueue
  readonly #link: AttachLink
  readonly #fit = new FitAddon()
  readonly #listeners = new Set<() => void>()
  #state: LiveState = {
    link: { at: 'connecting' },
    attached: null,
    people: [],
    linked: true,
    closesAt: null,
    broken: null,
    inputLost: null,
    columns: 80,
    rows: 24,
    hasSelection: false,
    asked: null,
  }
  #box: HTMLElement | null = null
  #observer: ResizeObserver | null = null
  #resizing: ReturnType<typeof setTimeout> | undefined
  #isRedrawing = false
  #redrawBytes = 0
  #controlUsed: (() => void) | null = null

  constructor({ admit, fits }: LiveOptions) {
    this.fits = fits
    this.terminal = openScreen({
      columns: 80,
      rows: 24,
      scrollback: SCROLLBACK,
      takesInput: true,
      answers: () => this.#answers,
      onLink: (address) => this.#set({ asked: { kind: 'link', address } }),
    })
    this.#queue = new ScreenQueue(this.terminal)
    this.#link = new AttachLink({
      address: async (attempt) => {
        const ticket = await admit(attempt)
        const size = fits ? this.#wanted() : undefined
        const query = new URLSearchParams({
          ...ticket,
          flow: 'ack',
          ...(size === undefined ? {} : { cols: String(size.cols), rows: String(size.rows) }),
        })
        return `${location.origin.replace(/^http/, 'ws')}/api/terminal.attach?${query}`
      },
      open: (address) => new WebSocket(address) as unknown as AttachSocket,
      now: Date.now,
      setTimer: (react, milliseconds) => {
        const timer = setTimeout(react, milliseconds)
        return () => clearTimeout(timer)
      },
      changed: (link) => this.#set({ link, ...(link.at === 'open' ? {} : { closesAt: null }) }),
      told: (said) => this.#hear(said),
      printed: (bytes, drawn) => this.#print(bytes, drawn),
    })
  }

  readonly state = (): LiveState => this.#state
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows it in a box of the page and connects. */
  open(box: HTMLElement): void {
    this.#box = box
    this.terminal.loadAddon(this.#fit)
    this.terminal.loadAddon(this.search)
    this.terminal.open(box)
    this.terminal.textarea?.setAttribute('aria-label', 'Terminal. Ctrl Shift X leaves it.')
    drawByWebgl(this.terminal)
    this.terminal.onData((text) => this.#type(encoder.encode(this.#withControl(text))))
    this.terminal.onBinary((text) => this.#type(Uint8Array.from(text, (one) => one.charCodeAt(0))))
    this.terminal.onSelectionChange(() => this.#set({ hasSelection: this.terminal.hasSelection() }))
    this.terminal.attachCustomKeyEventHandler((event) => this.#key(event))
    box.addEventListener('paste', this.#paste, { capture: true })
    this.#observer = new ResizeObserver(() => this.#resized())
    this.#observer.observe(box)
    const size = this.fits ? this.#wanted() : undefined
    if (size !== undefined) this.terminal.resize(size.cols, size.rows)
    addEventListener('online', this.#hurry)
    document.addEventListener('visibilitychange', this.#shown)
    this.#link.away(document.hidden)
    this.#link.start()
  }

  close(): void {
    removeEventListener('online', this.#hurry)
    document.removeEventListener('visibilitychange', this.#shown)
    this.#box?.removeEventListener('paste', this.#paste, { capture: true })
    this.#observer?.disconnect()
    clearTimeout(this.#resizing)
    this.#link.stop()
    this.#queue.end()
    this.terminal.dispose()
  }

  readonly #hurry = () => {
    if (!document.hidden) this.#link.hurry()
  }

  readonly #shown = () => {
    this.#link.away(document.hidden)
    this.#hurry()
  }

  hurry(): void {
    this.#link.hurry()
  }

  focus(): void {
    this.terminal.focus()
  }

  /** Types what a key of the row on a phone stands for. */
  press(text: string): void {
    this.#type(encoder.encode(text))
    this.terminal.focus()
  }

  /** The next letter that is typed counts as with Ctrl. */
  holdControl(isHeld: boolean, used: () => void): void {
    this.#controlUsed = isHeld ? used : null
  }

  async copy(): Promise<void> {
    if (await copyText(this.terminal.getSelection())) this.terminal.clearSelection()
  }

  /** What was asked is decided. */
  decide(isYes: boolean): void {
    const { asked } = this.#state
    this.#set({ asked: null })
    if (isYes && asked?.kind === 'paste') this.terminal.paste(asked.paste.text)
    if (isYes && asked?.kind === 'link') window.open(asked.address, '_blank', 'noopener,noreferrer')
    this.terminal.focus()
  }

  paste(text: string): void {
    const paste = preparePaste(text, this.terminal.modes.bracketedPasteMode)
    if (this.#state.attached?.readOnly) return
    if (paste.asks) this.#set({ asked: { kind: 'paste', paste } })
    else this.terminal.paste(paste.text)
  }

  readonly #paste = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    this.paste(event.clipboardData?.getData('text/plain') ?? '')
  }

  /** Of all screens that show this terminal, the owner's newest answers what programmes ask. */
  get #answers(): boolean {
    const { attached, people } = this.#state
    if (attached?.mode !== 'owner' || this.#isRedrawing || this.#state.link.at !== 'open') return false
    const newest = people
      .filter(({ mode }) => mode === 'owner')
      .reduce<Present | null>(
        (last, one) => (last === null || one.joinedAt >= last.joinedAt ? one : last),
        null,
      )
    return newest === null || newest.id === attached.viewerId
  }

  #hear(said: AttachTell) {
    if (said.type === 'attached') this.#admitted(said)
    else if (said.type === 'screen') this.#redraw(said)
    else if (said.type === 'resize') {
      this.#queue.resize(said.cols, said.rows)
      this.#noteSize(said.cols, said.rows)
    } else if (said.type === 'started') this.#started(said.account)
    else if (said.type === 'people') this.#set({ people: said.people })
    else if (said.type === 'link') this.#set({ linked: said.linked })
    else if (said.type === 'input-lost') this.#set({ inputLost: { why: said.why, at: Date.now() } })
    else if (said.type === 'idle')
      this.#set({ closesAt: said.seconds === 0 ? null : Date.now() + said.seconds * 1000 })
    else if (said.type === 'recording')
      this.#set({ broken: said.broken ? (said.why ?? 'The recording broke.') : null })
    else if (said.type === 'exit' || said.type === 'leave') this.#set({ people: [], closesAt: null })
  }

  #admitted(attached: Extract<AttachTell, { type: 'attached' }>): void {
    this.#set({ attached, linked: attached.linked, closesAt: null, broken: null })
    this.terminal.options.disableStdin = attached.readOnly
    this.#queue.resize(attached.cols, attached.rows)
    this.#noteSize(attached.cols, attached.rows)
  }

  #started(account: string): void {
    const { attached } = this.#state
    if (attached !== null) this.#set({ attached: { ...attached, account, status: 'live' } })
  }

  /** What is drawn again was asked and answered before. */
  #redraw({ cols, rows, bytes }: Extract<AttachTell, { type: 'screen' }>): void {
    this.#redrawBytes = bytes
    this.#queue.begin(cols, rows)
    this.#queue.act(() => {
      this.#isRedrawing = bytes > 0
    })
    this.#noteSize(cols, rows)
  }

  #print(bytes: Uint8Array, drawn: () => void): void {
    const isRedraw = this.#redrawBytes > 0
    this.#redrawBytes = Math.max(0, this.#redrawBytes - bytes.length)
    const isLast = isRedraw && this.#redrawBytes === 0
    this.#queue.write(bytes, () => {
      if (isLast) this.#isRedrawing = false
      drawn()
    })
  }

  #withControl(text: string): string {
    const used = this.#controlUsed
    if (used === null || !/^[a-z@[\\\]^_ ]$/i.test(text)) return text
    this.#controlUsed = null
    used()
    return String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f)
  }

  #type(bytes: Uint8Array): void {
    if (this.#state.attached?.readOnly) return
    if (this.#link.type(bytes)) {
      if (this.#state.inputLost !== null || this.#state.closesAt !== null)
        this.#set({ inputLost: null, closesAt: null })
    } else if (this.#state.link.at === 'lost')
      this.#set({
        inputLost: { why: 'There is no connection: what you type is not kept for later.', at: Date.now() },
      })
  }

  #key(event: KeyboardEvent): boolean {
    // Tab is the shell's: without a way out whoever works by keyboard could never leave.
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'x') {
      event.preventDefault()
      if (event.type === 'keydown') this.terminal.blur()
      return false
    }
    const isCopy =
      event.ctrlKey && ((event.shiftKey && event.key.toLowerCase() === 'c') || event.key === 'Insert')
    if (!isCopy || event.type !== 'keydown') return true
    event.preventDefault()
    if (this.terminal.hasSelection()) void this.copy()
    return false
  }

  #wanted(): { cols: number; rows: number } | undefined {
    const size = this.#fit.proposeDimensions()
    if (size === undefined || Number.isNaN(size.cols) || Number.isNaN(size.rows)) return undefined
    return { cols: Math.max(2, Math.min(1000, size.cols)), rows: Math.max(1, Math.min(500, size.rows)) }
  }

  #resized() {
    clearTimeout(this.#resizing)
    this.#resizing = setTimeout(() => {
      if (!this.fits) return this.#scale()
      const size = this.#wanted()
      if (size === undefined || (size.cols === this.#state.columns && size.rows === this.#state.rows)) return
      if (this.#state.link.at === 'open') return this.#link.resize(size.cols, size.rows)
      // Nobody else decides now: the last lines stay in sight.
      this.#queue.resize(size.cols, size.rows)
      this.#noteSize(size.cols, size.rows)
    }, RESIZE_MILLISECONDS)
  }

  #noteSize(columns: number, rows: number): void {
    this.#set({ columns, rows })
    if (!this.fits) this.#queue.act(() => this.#scale())
  }

  /** Whoever looks at another's terminal sees all of it, as large as there is room. */
  #scale(): void {
    if (this.#box !== null) fitScreen(this.terminal, this.#box, { smallest: 8, largest: 15 })
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
