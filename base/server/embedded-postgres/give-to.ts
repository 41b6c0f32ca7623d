import { lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** As root, hands a directory and all in it to the account, as after a restore. Does nothing if it has it already. */
export function giveTo(account: Account, path: string): void {
  if (process.geteuid?.() !== 0 || lstatSync(path).uid === account.uid) return
  const own = (each: string) => {
    if (lstatSync(each).isDirectory()) for (const name of readdirSync(each)) own(join(each, name))
    // The top comes last: until all below it is handed over, it counts as not yet handed over.
    lchownSync(each, account.uid, account.gid)
  }
  own(path)
}
