import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface TestWords {
  /** Files and folders, absolute; everything where there are none. */
  readonly paths: readonly string[]
  readonly named: string | undefined
  readonly rounds: number
  readonly postgres: string | undefined
}

const usage = `npm test                                everything, browser included
npm test -- <file or folder> …          only these; -t <words>: only tests with these words in their names
npm test -- --postgres <bin directory>  everything, then what depends on the database once more on that PostgreSQL
npm test -- --rounds <n>                so many rounds of the crash suite (20)`

/**
 * What was typed behind `npm test --`.
 * @param folder in which it was typed
 * @returns a sentence for whoever typed it, where it cannot be understood
 */
export function testWords(
  words: readonly string[],
  folder: string,
): TestWords | { readonly refusal: string } {
  const read = attempt(words)
  if ('refusal' in read) return { refusal: `${read.refusal}\n${usage}` }
  const { values, positionals } = read
  const paths = positionals.map((path) => resolve(folder, path))
  const missing = positionals.filter((_, place) => !existsSync(paths[place]!))
  const rounds = Number(values.rounds)
  if (missing.length > 0) return { refusal: `There is no such file or folder: ${missing.join(', ')}` }
  if (!Number.isInteger(rounds) || rounds < 1)
    return { refusal: `--rounds takes a whole number from 1 on, not ${values.rounds}.` }
  if (values.named !== undefined && paths.length === 0)
    return { refusal: 'Name a file or a folder together with -t.' }
  return { paths, named: values.named, rounds, postgres: values.postgres }
}

function attempt(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        postgres: { type: 'string' },
        rounds: { type: 'string', default: '20' },
        named: { type: 'string', short: 't' },
      },
      allowPositionals: true,
    })
  } catch (error) {
    return { refusal: (error as Error).message }
  }
}
