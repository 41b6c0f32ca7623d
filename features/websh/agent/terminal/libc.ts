import { createRequire } from 'node:module'

const O_RDWR = 0x2
const O_NOCTTY = 0x100
const O_NONBLOCK = 0x800
const O_CLOEXEC = 0x80000
const TIOCSWINSZ = 0x5414
const TIOCGPGRP = 0x540f
const TCSANOW = 0
/** Larger than any `struct termios` of Linux; its first four words are input, output, control and local flags. */
const TERMIOS_BYTES = 128
const LOCAL_FLAGS_AT = 12
const IUTF8 = 0x4000
const ICANON = 0x2
const ECHO = 0x8

interface Calls {
  readonly posix_openpt: (flags: number) => number
  readonly grantpt: (fd: number) => number
  readonly unlockpt: (fd: number) => number
  readonly ptsname_r: (fd: number, name: Buffer, length: number) => number
  readonly tcgetattr: (fd: number, termios: Buffer) => number
  readonly tcsetattr: (fd: number, actions: number, termios: Buffer) => number
  readonly ioctl: (fd: number, request: number, type: string, argument: Buffer) => number
  readonly errno: () => number
}

let loaded: Calls | undefined

/** Loaded with the first terminal: an agent that never has one does without. */
function calls(): Calls {
  if (loaded === undefined) {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const own = koffi.load(null)
    loaded = {
      posix_openpt: own.func('int posix_openpt(int flags)'),
      grantpt: own.func('int grantpt(int fd)'),
      unlockpt: own.func('int unlockpt(int fd)'),
      ptsname_r: own.func('int ptsname_r(int fd, _Out_ void *name, size_t length)'),
      tcgetattr: own.func('int tcgetattr(int fd, _Out_ void *termios)'),
      tcsetattr: own.func('int tcsetattr(int fd, int actions, void *termios)'),
      ioctl: own.func('int ioctl(int fd, unsigned long request, ...)'),
      errno: () => koffi.errno(),
    }
  }
  return loaded
}

/** What the terminal does with what is typed. */
export interface TerminalModes {
  /** Lines are put together by the kernel; programs that edit lines themselves switch it off. */
  readonly isCanonical: boolean
  readonly echoes: boolean
}

/**
 * A pseudo-terminal's end that is not the program's; nobody inherits it.
 * @returns its descriptor and the path of the program's end.
 * @throws Error when the system has no more of them
 */
export function openMaster(): { fd: number; path: string } {
  const c = calls()
  const fd = c.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
  if (fd < 0) throw failed('opened')
  const name = Buffer.alloc(128)
  if (c.grantpt(fd) !== 0 || c.unlockpt(fd) !== 0 || c.ptsname_r(fd, name, name.length) !== 0)
    throw failed('prepared')
  const termios = Buffer.alloc(TERMIOS_BYTES)
  if (c.tcgetattr(fd, termios) === 0) {
    // So that erasing in a line takes a whole character.
    termios.writeUInt32LE((termios.readUInt32LE(0) | IUTF8) >>> 0, 0)
    c.tcsetattr(fd, TCSANOW, termios)
  }
  return { fd, path: name.toString('utf8', 0, name.indexOf(0)) }
}

export function setSize(fd: number, cols: number, rows: number): void {
  const size = Buffer.alloc(8)
  size.writeUInt16LE(rows, 0)
  size.writeUInt16LE(cols, 2)
  calls().ioctl(fd, TIOCSWINSZ, 'void *', size)
}

/** @returns undefined when the terminal is gone */
export function modesOf(fd: number): TerminalModes | undefined {
  const termios = Buffer.alloc(TERMIOS_BYTES)
  if (calls().tcgetattr(fd, termios) !== 0) return undefined
  const flags = termios.readUInt32LE(LOCAL_FLAGS_AT)
  return { isCanonical: (flags & ICANON) !== 0, echoes: (flags & ECHO) !== 0 }
}

/** The process group that has the terminal; undefined when there is none. */
export function foregroundGroup(fd: number): number | undefined {
  const group = Buffer.alloc(4)
  if (calls().ioctl(fd, TIOCGPGRP, 'void *', group) !== 0) return undefined
  return group.readInt32LE(0) || undefined
}

const failed = (what: string) =>
  new Error(`No terminal could be ${what} on this server (error ${calls().errno()}).`)
