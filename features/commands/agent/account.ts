import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'

/** An account of the operating system, as a command runs in it. */
export interface Account {
  readonly name: string
  readonly uid: number
  /** The primary group the command gets. */
  readonly gid: number
  readonly home: string
  readonly shell: string
}

/** Thrown with a sentence for the person who submitted the command. */
export class AccountRefusal extends Error {
  override readonly name = 'AccountRefusal'
}

interface GroupEntry {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

const WITHOUT_LOGIN = ['nologin', 'false']

/**
 * Finds the account and the group a command is to run as.
 * @param account null: the one the agent runs as. @param group null: the account's own primary group.
 * @throws AccountRefusal when there is none, it has no login shell, it does not belong to the group, or this agent
 * cannot become it.
 */
export async function findAccount(account: string | null, group: string | null): Promise<Account> {
  const own = process.geteuid?.() ?? 0
  const found = account === null ? await ownAccount(own) : await byName(account)
  if (found === undefined) throw new AccountRefusal(`There is no account "${account}" on this server.`)
  if (own !== 0 && found.uid !== own) {
    const self = (await ownAccount(own)).name
    throw new AccountRefusal(
      `The agent on this server runs as "${self}" and cannot become "${found.name}". Submit the command as "${self}", or run the agent as root.`,
    )
  }
  if (WITHOUT_LOGIN.includes(basename(found.shell))) {
    throw new AccountRefusal(
      `The account "${found.name}" has no login shell (${found.shell}), so nothing can run as it. Choose another account.`,
    )
  }
  return group === null ? found : { ...found, gid: await gidFor(found, group, own) }
}

async function gidFor(account: Account, name: string, own: number): Promise<number> {
  const group = await groupByName(name)
  if (group === undefined) throw new AccountRefusal(`There is no group "${name}" on this server.`)
  if (group.gid === account.gid) return group.gid
  if (!group.members.includes(account.name)) {
    throw new AccountRefusal(
      `The account "${account.name}" does not belong to the group "${name}". Choose a group it belongs to.`,
    )
  }
  if (own !== 0) {
    throw new AccountRefusal(
      `The agent on this server does not run as root, so it cannot use another group than its own. Leave the group out, or run the agent as root.`,
    )
  }
  return group.gid
}

async function ownAccount(uid: number): Promise<Account> {
  const entry =
    passwd().find((candidate) => candidate.uid === uid) ?? (await getent('passwd', String(uid), parseAccount))
  if (entry !== undefined) return entry
  // A container may run under a uid that no database knows.
  return {
    name: String(uid),
    uid,
    gid: process.getegid?.() ?? uid,
    home: process.env['HOME'] ?? '/',
    shell: '/bin/sh',
  }
}

async function byName(name: string): Promise<Account | undefined> {
  return passwd().find((entry) => entry.name === name) ?? (await getent('passwd', name, parseAccount))
}

/** The name of a group by its number; null where no database knows it. */
export async function groupName(gid: number): Promise<string | null> {
  const found =
    groups().find((entry) => entry.gid === gid) ?? (await getent('group', String(gid), parseGroup))
  return found?.name ?? null
}

async function groupByName(name: string): Promise<GroupEntry | undefined> {
  return groups().find((entry) => entry.name === name) ?? (await getent('group', name, parseGroup))
}

const passwd = cachedLines('/etc/passwd', parseAccount)
const groups = cachedLines('/etc/group', parseGroup)

function parseAccount(line: string): Account | undefined {
  const [name, , uid, gid, , home, shell] = line.split(':')
  if (!name || !isNumber(uid) || !isNumber(gid)) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell?.trim() || '/bin/sh' }
}

function parseGroup(line: string): GroupEntry | undefined {
  const [name, , gid, members] = line.split(':')
  if (!name || !isNumber(gid)) return undefined
  return { name, gid: Number(gid), members: (members ?? '').trim().split(',').filter(Boolean) }
}

const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d+$/.test(text)

/** Read again when the file has changed. */
function cachedLines<T>(path: string, parse: (line: string) => T | undefined): () => readonly T[] {
  let stamp = ''
  let entries: readonly T[] = []
  return () => {
    const status = statSync(path, { throwIfNoEntry: false })
    const found = status === undefined ? '' : `${status.mtimeMs} ${status.size} ${status.ino}`
    if (found !== stamp) {
      stamp = found
      const lines = status === undefined ? [] : readFileSync(path, 'utf8').split('\n')
      entries = lines.map(parse).filter((entry) => entry !== undefined)
    }
    return entries
  }
}

/** Accounts that are not in the files: LDAP, SSSD and the like. */
function getent<T>(
  database: string,
  key: string,
  parse: (line: string) => T | undefined,
): Promise<T | undefined> {
  if (key.startsWith('-')) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    execFile('getent', [database, key], { timeout: 5000 }, (error, output) => {
      resolve(error === null ? parse(output.split('\n')[0] ?? '') : undefined)
    })
  })
}
