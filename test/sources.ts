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
  /** Those it loads only when it comes to that: `await import(…)`. They are among `imports` too. */
  readonly lazyImports: readonly string[]
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
  const isTest = /\.(test|test-d|e2e|fixture)\.tsx?$|(^|\/)test-[^/]*\.ts$/.test(path)
  const lazyImports = namesIn(lazy, text).map((name) => resolved(name, path))
  const imports = [...namesIn(eager, text).map((name) => resolved(name, path)), ...lazyImports]
  return { path, text, isTest, imports, lazyImports }
}

const eager = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'/g
const lazy = /\bimport\(\s*'([^']+)'\s*\)/g

const namesIn = (pattern: RegExp, text: string) =>
  [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2])!)

function resolved(name: string, path: string): string {
  if (name.startsWith('.')) return normalize(join(dirname(path), name))
  if (name.startsWith('node:')) return name
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}
