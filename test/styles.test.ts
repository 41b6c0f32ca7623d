import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, sourceFiles } from './sources.ts'

/**
 * Each page is a file of its own in the browser, and so are its styles: a class whose stylesheet only another page imports
 * looks right to whoever came from there, and wrong to whoever opened the page by its address.
 */
const sources = sourceFiles().filter(
  ({ isTest, path }) => !isTest && /^(base|features|apps\/web)\//.test(path),
)
const byPath = new Map(sources.map((source) => [source.path, source]))

/** What comes along when a file is loaded. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  const source = byPath.get(path)
  for (const each of source?.imports ?? []) if (!source!.lazyImports.includes(each)) closure(each, seen)
  return seen
}

const always = closure('apps/web/main.tsx')
const pages = [...new Set(sources.flatMap(({ lazyImports }) => lazyImports))].filter((path) =>
  byPath.has(path),
)
const sheets = [...new Set(sources.flatMap(({ imports }) => imports))].filter((path) =>
  /^[^@].*\/.*\.css$/.test(path),
)

const rules = new Map(
  sheets
    .filter((path) => /^(base|features|apps)\//.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8').replace(/\/\*.*?\*\//gs, '')]),
)

/** A rule for the class wherever it stands; what is only said of it below something else belongs to that. */
const isOf = (name: string, sheet: string) =>
  new RegExp(`(^|[},])\\s*\\.${name}[\\s,{:]`).test(rules.get(sheet)!)
const isNamedIn = (name: string, sheet: string) =>
  new RegExp(`\\.${name}(?![\\w-])`).test(rules.get(sheet) ?? '')

const literal = /className=(?:"([^"]+)"|\{[^}]*?\? '([^']*)' : '([^']*)'\})/g

const usedIn = (text: string) =>
  [...text.matchAll(literal)].flatMap(([, ...words]) => words.flatMap((word) => word?.split(/\s+/) ?? []))

test.each(pages)('%s brings the styles of what it shows', (page) => {
  const loaded = new Set([...always, ...closure(page)])
  const missing = [...loaded]
    .filter((path) => path.endsWith('.tsx') && !always.has(path))
    .flatMap((path) =>
      usedIn(byPath.get(path)?.text ?? '').flatMap((name) => {
        if ([...loaded].some((sheet) => isNamedIn(name, sheet))) return []
        return [...rules.keys()]
          .filter((sheet) => isOf(name, sheet))
          .map((sheet) => `${path}: .${name} of ${sheet}`)
      }),
    )
  expect(missing).toEqual([])
})
