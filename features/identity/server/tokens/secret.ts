import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { TokenKind } from '../../common/token.ts'

const PREFIXES = { personal: 'annals_pat_', service: 'annals_svc_' } as const
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 43 of 62 letters are 256 bits. */
const RANDOM_LENGTH = 43
const CHECK_LENGTH = 6

/**
 * `annals_pat_` or `annals_svc_`, 43 random letters and digits, and the CRC-32 of all that in six more: secret scanners
 * know one when they see it, and a mistyped one never reaches the database.
 */
const SHAPE = /^annals_(?:pat|svc)_[0-9A-Za-z]{49}$/

export function newSecret(kind: TokenKind): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const body = PREFIXES[kind] + random
  return body + checkOf(body)
}

export function isSecret(text: string): boolean {
  return SHAPE.test(text) && checkOf(text.slice(0, -CHECK_LENGTH)) === text.slice(-CHECK_LENGTH)
}

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

function checkOf(text: string): string {
  let rest = crc32(text)
  let check = ''
  for (let place = 0; place < CHECK_LENGTH; place++) {
    check = LETTERS[rest % LETTERS.length]! + check
    rest = Math.floor(rest / LETTERS.length)
  }
  return check
}

/** Longer headers hold no token of ours. */
const HEADER_LENGTH_MAX = 200

/**
 * What an `Authorization` header gives: undefined where it is of another scheme, which is a proxy's business; null where
 * it is a bearer that cannot be a token of ours.
 */
export function bearerOf(header: string | undefined): string | null | undefined {
  if (header === undefined || !/^bearer(?:\s|$)/i.test(header)) return undefined
  if (header.length > HEADER_LENGTH_MAX) return null
  const secret = header.slice('bearer'.length).trim()
  return isSecret(secret) ? secret : null
}
