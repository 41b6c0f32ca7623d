import { mkdirSync } from 'node:fs'
import { flushCompileCache, getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCommandLine } from './command-line.ts'

/** A small young generation costs an agent nothing and holds back tens of megabytes. */
const FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=256',
  '--single-threaded',
  '--optimize-for-size',
]
/** Freed buffers go back to the system at once instead of staying in pools; two threads are enough for the disk. */
const MEMORY = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
  UV_THREADPOOL_SIZE: '2',
}
const STAGE = 'ANNALS_AGENT_STAGE'
const CACHE = 'NODE_COMPILE_CACHE'

/**
 * Begins this process anew, under the same number, with settings that can only be given at the start: small heaps, and
 * a cache of the compiled program. Reading TypeScript takes 30 MB that a process never gives back; with the cache
 * filled it reads none. Where the cache was cold it is filled, and the process begins anew once more.
 * Does nothing for tasks that end at once, and where Node cannot replace a process.
 */
export async function becomeLean(words: readonly string[]): Promise<void> {
  const stage = process.env[STAGE] ?? '0'
  delete process.env[STAGE]
  if (process.execve === undefined) return
  if (stage === '0') {
    const cache = cacheDirectory(words)
    if (cache !== undefined) beginAnew('1', cache)
  }
  if (stage === '1' && getCompileCacheDir() !== undefined) {
    await Promise.all([import('./run.ts'), import('./start-agent.ts'), import('./enrol-machine.ts')])
    if (hasReadTypeScript()) {
      flushCompileCache()
      beginAnew('2', process.env[CACHE]!)
    }
  }
  delete process.env[CACHE]
}

/** Inside the agent's private directory: whoever can write it decides what the agent does. */
function cacheDirectory(words: readonly string[]): string | undefined {
  try {
    const { directory, task, help } = readCommandLine(words, process.env)
    if (task !== 'run' || help) return undefined
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const cache = join(directory, 'program-cache')
    mkdirSync(cache, { recursive: true, mode: 0o700 })
    return cache
  } catch {
    // What is wrong with it will be said when the agent needs it.
    return undefined
  }
}

/** For an agent that has just enrolled: what enrolling took is given back, and the token is in no list of processes. */
export function beginEnrolled(directory: string): void {
  const words = ['--data', directory]
  const cache = cacheDirectory(words)
  if (process.execve !== undefined && cache !== undefined) beginAnew('2', cache, words)
}

function beginAnew(stage: string, cache: string, words = process.argv.slice(2)): void {
  // Replacing a process is marked experimental; an agent's log is no place to say so.
  process.removeAllListeners('warning')
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const environment = { ...process.env, [STAGE]: stage, [CACHE]: cache, ...MEMORY }
  process.execve?.(process.execPath, [process.execPath, ...FLAGS, main, ...words], environment)
}

const hasReadTypeScript = (): boolean =>
  (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList.some((name) =>
    name.includes('amaro'),
  )
