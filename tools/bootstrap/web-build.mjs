import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Explained, step } from './explained.mjs'
import { root } from './platform.mjs'

const app = join(root, 'apps', 'web')
const dist = join(app, 'dist')
/** Inside `dist`: the hash of the sources it was built from. */
const stampName = '.built-from'

/** Builds the console unless `apps/web/dist` was built from the sources that are here. */
export async function ensureWeb(node) {
  const wanted = hashOfSources()
  const stamp = join(dist, stampName)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted) return
  await step('Building the console', () => build(node, wanted))
}

/** Built beside and then put in place, so that a server that is running never serves half a console. */
async function build(node, wanted) {
  const next = join(root, '.cache', `web-${process.pid}.new`)
  const old = join(root, '.cache', `web-${process.pid}.old`)
  try {
    mkdirSync(join(root, '.cache'), { recursive: true })
    await vite(node, next)
    writeFileSync(join(next, stampName), `${wanted}\n`)
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(next, dist)
  } catch (error) {
    if (error instanceof Explained) throw error
    throw new Explained(
      `The console could not be put into ${dist}: ${error.message}. Its folder must be writable and the disk must have room.`,
    )
  } finally {
    for (const folder of [next, old]) rmSync(folder, { recursive: true, force: true })
  }
}

function vite(node, outDir) {
  const words = [
    join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--outDir',
    outDir,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(node, words, {
      cwd: app,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    let heard = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        heard = (heard + bytes).slice(-20_000)
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Explained(`The console could not be built:\n${heard.trim()}`))
    })
  })
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const path of sourceFiles())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

function sourceFiles() {
  const features = readdirSync(join(root, 'features'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  const folders = [
    'apps/web',
    'base/web',
    'base/common',
    'wire/common',
    ...features.flatMap(({ name }) => [`features/${name}/web`, `features/${name}/common`]),
  ]
  return ['package-lock.json', ...folders.flatMap(filesIn)].sort()
}

function filesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.includes('.test.')) return []
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}
