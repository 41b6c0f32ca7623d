/**
 * What can be run. `words` follow the Node binary; `needsWeb` builds the console first; `small` programs stay, and
 * trade some speed of the garbage collector for memory. A program with `orphaned` gets that signal when npm, which
 * started it, is killed: nobody who killed `npm start` means the server to go on.
 */
export const programs = {
  start: { words: ['apps/server/main.ts'], needsWeb: true, small: true, orphaned: 'HUP' },
  agent: { words: ['apps/agent/main.ts'], small: true, orphaned: 'TERM' },
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
