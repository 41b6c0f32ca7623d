import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface SourceFile {
  /** From the root, with forward slashes: `base/common/api.ts`. */
  readonly path: string
  readonly text: string
  readonly isTest: boolean
  /** What it imports: paths from the root for our own files, package names (`node:fs`, `@fastify/static`) for the rest. */
  readonly imports: readonly string[]
}

const folders = ['apps', 'base', 'features', 'wire', 'seed', 'test', 'tools']

/** Every source file of the tree. */
export function sourceFiles(): SourceFile[] {
  return folders.flatMap((folder) => filesBelow(join(root, folder))).map(read)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist'].includes(entry.name)) return []
    if (entry.isDirectory()) return filesBelow(join(folder, entry.name))
    return /\.(ts|tsx|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts')
      ? [join(folder, entry.name)]
      : []
  })
}

function read(file: string): SourceFile {
  const text = readFileSync(file, 'utf8')
  const path = relative(root, file)
  return { path, text, isTest: /\.test(-d)?\.tsx?$/.test(path), imports: importsOf(text, path) }
}

const importing =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g

export function importsOf(text: string, path: string): string[] {
  const named = [...text.matchAll(importing)].map((match) => (match[1] ?? match[2] ?? match[3])!)
  return named.map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : packageOf(name)))
}

function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}
