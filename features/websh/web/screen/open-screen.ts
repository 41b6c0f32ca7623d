import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebglAddon } from '@xterm/addon-webgl'
import { type ITerminalOptions, Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { palette } from './palette.ts'
import { boundedSize } from './screen-queue.ts'

export interface ScreenOptions {
  readonly columns: number
  readonly rows: number
  /** Lines kept above the screen. */
  readonly scrollback: number
  /** Whether what is typed goes anywhere. */
  readonly takesInput: boolean
  /** Whether this screen, and no other that shows the same terminal, answers what programmes ask of it. */
  readonly answers: () => boolean
  /** Somebody clicked a link with Ctrl or ⌘. Nothing is opened without asking them. */
  readonly onLink: (address: string) => void
}

const font = '"Commit Mono", ui-monospace, "DejaVu Sans Mono", monospace'
export const FONT_SIZE = 13

/**
 * An emulator in which nothing that is printed can act: no clipboard, no title, no window, no picture, no colour of the
 * palette; a link only by a click with a modifier, and a question.
 */
export function openScreen(options: ScreenOptions): Terminal {
  const { columns, rows } = boundedSize(options.columns, options.rows)
  const settings: ITerminalOptions = {
    allowProposedApi: true,
    cursorBlink: false,
    cursorStyle: 'block',
    disableStdin: !options.takesInput,
    fontFamily: font,
    fontSize: FONT_SIZE,
    lineHeight: 1.25,
    logLevel: 'off',
    macOptionIsMeta: true,
    scrollback: options.scrollback,
    theme: palette,
    windowOptions: {},
    linkHandler: {
      allowNonHttpProtocols: false,
      activate: (event, text) => {
        if (event.ctrlKey || event.metaKey) options.onLink(text)
      },
    },
  }
  const terminal = new Terminal({ ...settings, cols: columns, rows })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  quieten(terminal, options.answers)
  return terminal
}

/** What programmes ask a terminal is typed back to them as its answer; only one screen may do that, and never a replay. */
function quieten(terminal: Terminal, answers: () => boolean): void {
  const { parser } = terminal
  const isQuiet = () => !answers()
  const asks: readonly { prefix?: string; intermediates?: string; final: string }[] = [
    { final: 'c' },
    { prefix: '>', final: 'c' },
    { prefix: '=', final: 'c' },
    { final: 'n' },
    { prefix: '?', final: 'n' },
    { prefix: '>', final: 'q' },
    { intermediates: '$', final: 'p' },
    { prefix: '?', intermediates: '$', final: 'p' },
  ]
  for (const ask of asks) parser.registerCsiHandler(ask, isQuiet)
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, isQuiet)
  // Sizes of windows and their titles: never.
  parser.registerCsiHandler({ final: 't' }, () => true)
  // Colours of the palette could hide text from whoever looks later: they are neither set nor reset, but may be asked.
  for (const code of [4, 10, 11, 12])
    parser.registerOscHandler(code, (data) => isQuiet() || !/^(\d+;)?\?$/.test(data))
  for (const code of [0, 1, 2, 9, 52, 104, 110, 111, 112, 777, 1337])
    parser.registerOscHandler(code, () => true)
}

/** Draws by the graphics card where there is one. @returns whether it does */
export function drawByWebgl(terminal: Terminal): boolean {
  try {
    const webgl = new WebglAddon()
    webgl.onContextLoss(() => webgl.dispose())
    terminal.loadAddon(webgl)
    return true
  } catch {
    // The browser has no WebGL: the page's own elements draw it.
    return false
  }
}

/** What stands on the screen now, line by line, for readers and for search. */
export function screenText(terminal: Terminal): string {
  const { active } = terminal.buffer
  const lines: string[] = []
  for (let row = 0; row < terminal.rows; row++)
    lines.push(active.getLine(active.baseY + row)?.translateToString(true) ?? '')
  return lines.join('\n').trimEnd()
}
