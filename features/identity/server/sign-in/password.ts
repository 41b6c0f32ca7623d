import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { baseFaults } from '../../../../base/common/fault.ts'
import { identityFaults } from '../../common/faults.ts'

/** argon2id, 19 MiB, two passes: OWASP's first choice; about 12 ms here. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What anyone tries first; compared after case and trailing digits are taken away. */
const common = new Set(
  'password passwort passw0rd qwerty qwertyuiop asdfghjkl zxcvbnm iloveyou letmein welcome admin administrator changeme secret monkey dragon football baseball sunshine princess superman trustno whatever computer internet abc abcd abcdef abcdefgh annals master login'.split(
    ' ',
  ),
)

/** @throws auth.common_password */
export function refuseCommon(password: string) {
  const bare = password.toLowerCase().replace(/[\d!.?@#$*_-]+$/, '')
  if (common.has(bare) || /^(.)\1*$/.test(password) || /^\d{1,12}$/.test(password))
    throw identityFaults['auth.common_password']()
}

/**
 * Hashing is bounded: a flood of sign-ins waits in line or is told to come back, and memory stays what it is.
 */
const AT_ONCE_MAX = 4
const WAITING_MAX = 200
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) throw baseFaults['request.too_many'](2)
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}

export const hashPassword = (password: string) => inTurn(() => hash(password, COST))

/** A person who does not exist costs the same time as one who does. */
let nobody: Promise<string> | undefined
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  nobody ??= hash('nobody has this password', COST)
  const against = passwordHash ?? (await nobody)
  const matches = await inTurn(() => verify(against, password))
  return matches && passwordHash !== null
}

/** Four groups of five letters and digits that cannot be mistaken for one another: 98 bits. */
export function oneTimePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
