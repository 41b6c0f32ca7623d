import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Explained } from './explained.mjs'

/** The folder of package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The Node that every program here is written for. */
const NEEDED_MAJOR = 24
const SHIPPED = ['linux-x64', 'linux-arm64', 'darwin-arm64']

const here = `${process.platform}-${process.arch}`
const ownMajor = Number(process.versions.node.split('.')[0])

export function supportedPlatform() {
  if (!SHIPPED.includes(here)) {
    throw new Explained(`Annals runs on ${SHIPPED.join(', ')}; this is ${here}.`)
  }
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    throw new Explained(
      'Annals needs a Linux with glibc 2.28 or later. This one has another C library (Alpine and its kin use musl), for which neither Node nor PostgreSQL is shipped.',
    )
  }
  if (process.platform === 'darwin' && ownMajor < NEEDED_MAJOR) {
    throw new Explained(
      `On macOS, install Node ${NEEDED_MAJOR} or later yourself and run this again; here is Node ${process.versions.node}.`,
    )
  }
}

/** The Node to run programs on: the one npm installed, else this one where it is new enough. */
export function pinnedNode() {
  const shipped = join(root, 'node_modules', `node-${here}`, 'bin', 'node')
  if (existsSync(shipped)) return shipped
  return ownMajor >= NEEDED_MAJOR ? process.execPath : undefined
}
