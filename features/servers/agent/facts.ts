import { readFileSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { arch, cpus, hostname, networkInterfaces, release, totalmem, userInfo } from 'node:os'
import type { Facts } from '../../../wire/common/facts.ts'

const LIST_MAX = 2000
const INTERFACES_MAX = 200
const ADDRESSES_MAX = 64
const DISKS_MAX = 200
/** File systems that are not disks. */
const PSEUDO =
  /^(proc|sysfs|devtmpfs|devpts|tmpfs|cgroup2?|securityfs|pstore|bpf|tracefs|debugfs|configfs|fusectl|mqueue|hugetlbfs|ramfs|autofs|binfmt_misc|rpc_pipefs|nsfs|overlay|squashfs|efivarfs)$/

/** Looks at this machine. Every list is bounded; what was cut is counted. */
export async function readFacts(): Promise<Facts> {
  let truncated = 0
  const bounded = <T>(items: T[], most: number): T[] => {
    truncated += Math.max(0, items.length - most)
    return items.slice(0, most)
  }
  const os = await readOs()
  const accounts = bounded(await readLines('/etc/passwd', parseAccount), LIST_MAX)
  const groups = bounded(await readLines('/etc/group', parseGroup), LIST_MAX).map((group) => ({
    ...group,
    members: bounded(group.members, LIST_MAX),
  }))
  const interfaces = bounded(readInterfaces(), INTERFACES_MAX).map((one) => ({
    ...one,
    addresses: bounded(one.addresses, ADDRESSES_MAX),
  }))
  const disks = bounded(await readDisks(), DISKS_MAX)
  return {
    hostname: hostname().slice(0, 255),
    os,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    bootedAt: await readBootTime(),
    bootId: readOrNull('/proc/sys/kernel/random/boot_id'),
    accounts,
    groups,
    interfaces,
    disks,
    runsAs: runsAs(),
    truncated,
  }
}

/** What is worth a new row in the record: everything but how full the disks are. */
export function lastingFacts(facts: Facts): unknown {
  const disks = facts.disks.map(({ mount, filesystem, totalBytes }) => ({ mount, filesystem, totalBytes }))
  return { ...facts, disks }
}

async function readOs(): Promise<Facts['os']> {
  const words = new Map<string, string>()
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    if (words.size > 0) break
    for (const [key, value] of await readLines(path, parseAssignment)) words.set(key, value)
  }
  return {
    name: (words.get('NAME') ?? process.platform).slice(0, 120),
    version: (words.get('VERSION') ?? words.get('VERSION_ID') ?? '').slice(0, 120),
    kernel: release().slice(0, 200),
    architecture: arch().slice(0, 40),
  }
}

function parseAssignment(line: string): [string, string] | undefined {
  const parts = /^([A-Z_]+)=(.*)$/.exec(line)
  return parts === null ? undefined : [parts[1]!, parts[2]!.replace(/^(["'])(.*)\1$/, '$2')]
}

function parseAccount(line: string): Facts['accounts'][number] | undefined {
  const [name, , uid, gid, , home = '', shell = ''] = line.split(':')
  if (!name || name.length > 64 || !isNumber(uid) || !isNumber(gid)) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home: home.slice(0, 400), shell: shell.slice(0, 400) }
}

function parseGroup(line: string): Facts['groups'][number] | undefined {
  const [name, , gid, members = ''] = line.split(':')
  if (!name || name.length > 64 || !isNumber(gid)) return undefined
  const listed = members.split(',').filter((member) => member !== '' && member.length <= 64)
  return { name, gid: Number(gid), members: listed }
}

const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d+$/.test(text)

function readInterfaces(): Facts['interfaces'] {
  return Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    name: name.slice(0, 64),
    addresses: addresses.map(({ address }) => address.slice(0, 64)),
    mac: addresses[0]?.mac?.slice(0, 32) ?? null,
  }))
}

async function readDisks(): Promise<Facts['disks']> {
  const seen = new Set<string>()
  const mounts = await readLines('/proc/self/mounts', (line) => {
    const [device, mount, filesystem] = line.split(' ')
    if (!device || !mount || !filesystem || PSEUDO.test(filesystem) || seen.has(device)) return undefined
    seen.add(device)
    return { mount: unescapeMount(mount), filesystem: filesystem.slice(0, 64) }
  })
  if (!mounts.some(({ mount }) => mount === '/')) mounts.unshift({ mount: '/', filesystem: 'root' })
  const disks = await Promise.all(
    mounts.slice(0, DISKS_MAX).map(async ({ mount, filesystem }) => {
      try {
        const { blocks, bavail, bsize } = await statfs(mount)
        return {
          mount: mount.slice(0, 400),
          filesystem,
          totalBytes: blocks * bsize,
          freeBytes: bavail * bsize,
        }
      } catch {
        return undefined
      }
    }),
  )
  return disks.filter((disk) => disk !== undefined && disk.totalBytes > 0) as Facts['disks']
}

/** Spaces and the like are written as octal numbers. */
const unescapeMount = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

async function readBootTime(): Promise<string | null> {
  const [seconds] = await readLines('/proc/stat', (line) => /^btime (\d+)$/.exec(line)?.[1])
  return seconds === undefined ? null : new Date(Number(seconds) * 1000).toISOString()
}

function runsAs(): Facts['runsAs'] {
  const uid = process.geteuid?.() ?? 0
  try {
    return { name: userInfo().username.slice(0, 64), uid }
  } catch {
    return { name: String(uid), uid }
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim().slice(0, 64)
  } catch {
    return null
  }
}

async function readLines<T>(path: string, parse: (line: string) => T | undefined): Promise<T[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .map(parse)
    .filter((value) => value !== undefined)
}
