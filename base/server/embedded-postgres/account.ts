import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'

/** The operating system account PostgreSQL runs as. It never runs as root: it refuses to. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** undefined: the uid has no entry in the passwd database, as in a container started with an arbitrary uid. */
  readonly name: string | undefined
}

/** In this order. `annals` is for the operator who wants an account that nothing else on the machine shares. */
const accountsForRoot = ['annals', 'postgres', 'nobody']
const overflowId = 65534

/**
 * An ordinary user's database runs as that user. Root's runs as whoever owns the cluster already, so that an account
 * that appears later on the machine changes nothing, and a new cluster goes to the first of `annals`, `postgres`,
 * `nobody` that exists.
 */
export function databaseAccount(clusterDirectory: string): Account {
  const uid = process.geteuid?.() ?? 0
  if (uid !== 0) return { uid, gid: process.getegid?.() ?? 0, name: ownName() }
  const passwd = readPasswd()
  const owner = statSync(clusterDirectory, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid, name: passwd.find((entry) => entry.uid === owner.uid)?.name }
  }
  for (const name of accountsForRoot) {
    const entry = passwd.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (entry) return entry
  }
  return { uid: overflowId, gid: overflowId, name: undefined }
}

/** Whether the account can reach what lies inside a directory: it may search that directory and all above it. */
export function canTraverse(account: Account, directory: string): boolean {
  const { uid, gid, mode } = statSync(directory)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  const parent = dirname(directory)
  return parent === directory || canTraverse(account, parent)
}

function ownName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

function readPasswd(): Account[] {
  let text = ''
  try {
    text = readFileSync('/etc/passwd', 'utf8')
  } catch {
    // An image without /etc/passwd has no names, only numbers.
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
