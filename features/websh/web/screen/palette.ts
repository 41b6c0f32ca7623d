import type { ITheme } from '@xterm/xterm'

/** Terminals are dark in both schemes: as they were seen. */
export const palette: ITheme = {
  background: '#0a0d0e',
  foreground: '#d5dcdf',
  cursor: '#62bbd6',
  cursorAccent: '#0a0d0e',
  selectionBackground: '#1d4a59',
  black: '#7c898e',
  red: '#ff8087',
  green: '#62c293',
  yellow: '#e0ab52',
  blue: '#79aef2',
  magenta: '#d493ea',
  cyan: '#62bbd6',
  white: '#e7ecee',
  brightBlack: '#87949a',
  brightRed: '#ff9da2',
  brightGreen: '#86d6ae',
  brightYellow: '#ecc27c',
  brightBlue: '#9cc4f7',
  brightMagenta: '#e2b4f2',
  brightCyan: '#8bcfe4',
  brightWhite: '#ffffff',
}
