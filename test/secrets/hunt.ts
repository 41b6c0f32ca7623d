import { createHash, randomBytes } from 'node:crypto'

/** A secret somebody sent or was given, and which answer may show it. */
export interface Secret {
  readonly what: string
  readonly text: string
  /** The endpoints that hand it out. */
  readonly handedBy?: readonly string[]
  /** Chosen by a person: then also a plain hash of it is a leak, for it can be guessed. */
  readonly isGuessable?: boolean
}

/** Somewhere a secret must not be. */
export interface Place {
  readonly where: string
  readonly text: string
  /** Of an answer. */
  readonly endpoint?: string
}

let planted = 0

/** A text that is nowhere else: letters and digits only, so that no notation changes it. */
export const plant = () => `Xq${(planted++).toString(36)}z${randomBytes(12).toString('hex')}`

/** A text as it may be written down: as it is, in hexadecimal, and in base64 of either alphabet from any offset. */
export function disguises({ text, isGuessable }: Pick<Secret, 'text' | 'isGuessable'>): string[] {
  const bytes = Buffer.from(text)
  const based = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
    // The letters at both ends also depend on what stands beside it.
    const sure = (encoded: string) => encoded.slice(offset === 0 ? 0 : offset + 1, -2)
    return [sure(shifted.toString('base64').replace(/=+$/, '')), sure(shifted.toString('base64url'))]
  })
  const digest = createHash('sha256').update(bytes)
  const hashed = isGuessable ? [digest.copy().digest('hex'), digest.digest('base64').slice(0, -1)] : []
  const written = [text, encodeURIComponent(text), bytes.toString('hex'), ...based, ...hashed]
  // A column of bytes is shown in hexadecimal: so is whatever notation was kept in it.
  return [...new Set([...written, ...written.map((each) => Buffer.from(each).toString('hex'))])]
}

/** Every place where a secret is, in words. */
export function hunt(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const looks = secrets.map((secret) => ({ secret, words: disguises(secret) }))
  return places.flatMap(({ where, text, endpoint }) =>
    looks.flatMap(({ secret, words }) => {
      if (endpoint !== undefined && secret.handedBy?.includes(endpoint)) return []
      const word = words.find((each) => text.includes(each))
      if (word === undefined) return []
      const at = text.indexOf(word)
      return [`${secret.what} is in ${where}: …${text.slice(Math.max(0, at - 120), at + word.length + 40)}…`]
    }),
  )
}
