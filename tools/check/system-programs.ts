import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs the tests need beside npm, by Debian's package name: any of these names on the PATH will do. */
const programs: Readonly<Record<string, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
}

/**
 * Installs what is missing where that is possible: as root, on Debian and its kin.
 * @returns what to install by hand, in one sentence; undefined when all is there.
 */
export function ensureSystemPrograms(packages: readonly string[]): string | undefined {
  const missing = () => packages.filter((name) => !(programs[name] ?? [name]).some(isOnPath))
  if (missing().length === 0) return undefined
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.log(`Installing ${missing().join(', ')} with apt-get …`)
    apt('update', '-qq')
    apt('install', '-y', '-qq', '--no-install-recommends', ...missing())
  }
  if (missing().length === 0) return undefined
  return `The browser tests will fail: install ${missing().join(', ')} (Debian: sudo apt-get install ${missing().join(' ')}) and run npm test again.`
}

function apt(...words: string[]): void {
  spawnSync('apt-get', words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
