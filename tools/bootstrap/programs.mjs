/**
 * What can be run. `words` follow the Node binary; `needsWeb` builds the console first; `small` programs stay, and
 * trade some speed of the garbage collector for memory.
 */
export const programs = {
  start: { words: ['apps/server/main.ts'], needsWeb: true, small: true },
  agent: { words: ['apps/agent/main.ts'], small: true },
  verify: { words: ['apps/verify/main.ts'] },
  backup: { words: ['tools/backup.ts'] },
  restore: { words: ['tools/restore.ts'] },
  build: { words: ['tools/build.ts'], needsWeb: true },
  dev: { words: ['tools/dev/main.ts'] },
  check: { words: ['tools/check/check.ts'] },
  test: { words: ['tools/check/test.ts'], needsWeb: true },
  bench: { words: ['test/bench/main.ts'], needsWeb: true },
  golden: { words: ['tools/golden/main.ts'] },
  new: { words: ['tools/new/main.ts'] },
  format: { words: ['tools/check/format.ts'] },
}

export function nodeFlags({ small }) {
  return ['--disable-warning=ExperimentalWarning', ...(small ? ['--max-semi-space-size=4'] : [])]
}
