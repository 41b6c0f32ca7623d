import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { Explained, say, step } from './explained.mjs'
import { explainNpm } from './npm-failure.mjs'
import { pinnedNode, root } from './platform.mjs'

const modules = join(root, 'node_modules')
/** Holds the hash of the package-lock.json that node_modules was installed from. npm ci removes it with everything else. */
const stamp = join(modules, '.annals-installed')

/** Installs what package-lock.json names, unless that is what is there. Returns the path of the pinned Node. */
export async function ensureDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (!isInstalled(wanted)) {
    refuseUnwritable()
    await alone(async () => {
      if (!isInstalled(wanted)) await install()
    })
    writeStamp(wanted)
  }
  const node = pinnedNode()
  if (node) return node
  throw new Explained(
    'npm left out the Node that Annals runs on, which is an optional dependency. Run npm ci --include=optional and look at what it says.',
  )
}

function isInstalled(wanted) {
  if (!pinnedNode()) return false
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted) return true
  if (!npmInstalledTheSame()) return false
  writeStamp(wanted)
  return true
}

/** Somebody may have run `npm ci` by hand: npm's own record then lists every package of ours in the same version. */
function npmInstalledTheSame() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return false
  const has = JSON.parse(readFileSync(record, 'utf8')).packages
  const wants = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wants).every(
    ([path, { version, optional }]) =>
      path === '' || has[path]?.version === version || (optional && !has[path]),
  )
}

function writeStamp(wanted) {
  try {
    writeFileSync(stamp, `${wanted}\n`)
  } catch {
    // Without the stamp the next start compares package by package, which is only slower.
  }
}

function refuseUnwritable() {
  try {
    for (const folder of [root, ...(existsSync(modules) ? [modules] : [])]) accessSync(folder, constants.W_OK)
  } catch {
    throw new Explained(
      `${root} cannot be written by ${userInfo().username}, and its dependencies are missing or older than package-lock.json. Run npm ci there as a user who may, or copy the folder to a place of your own.`,
    )
  }
}

async function install() {
  await step('Installing the dependencies', npmCi)
}

function npmCi() {
  const ownNpm = process.env.npm_execpath
  const [file, first] =
    ownNpm && basename(ownNpm) === 'npm-cli.js' ? [process.execPath, [ownNpm]] : ['npm', []]
  const words = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...first, ...words], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    let heard = ''
    child.stderr.on('data', (bytes) => {
      heard = (heard + bytes).slice(-20_000)
    })
    child.once('error', (error) => reject(explainNpm(error.code === 'ENOENT' ? 'no npm' : String(error))))
    child.once('close', (code) => (code === 0 ? resolve() : reject(explainNpm(heard, code))))
  })
}

/** `npm start` and `npm run agent` may be typed at the same moment; two installations would eat each other. */
async function alone(work) {
  const lock = join(root, '.cache', 'installing')
  mkdirSync(join(root, '.cache'), { recursive: true })
  let said = false
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
      else if (!said) {
        said = true
        say('Waiting for another installation in this folder …')
      }
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  const unlock = () => rmSync(lock, { force: true })
  process.once('exit', unlock)
  try {
    await work()
  } finally {
    unlock()
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
