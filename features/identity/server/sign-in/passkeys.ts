import { isIP } from 'node:net'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Kysely } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import { identityFaults } from '../../common/faults.ts'
import type { NewPasskey, PasskeyAnswer } from '../../common/sign-in.ts'

/** Of one person. */
export const PASSKEYS_MAX = 20
const CHALLENGE_SECONDS = 300
/** EdDSA, ES256 and RS256 by their COSE numbers: what every authenticator has one of. */
const ALGORITHMS = [-8, -7, -257]
const TIMEOUT_MILLISECONDS = CHALLENGE_SECONDS * 1000

/** Where a browser stands: the page's own address, which the kernel has checked. */
export interface Site {
  readonly origin: string
  readonly host: string
}

/** @throws auth.passkey_needs_name when no browser would keep a passkey there */
export function siteOf(origin: string): Site {
  const host = new URL(origin).hostname
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) throw identityFaults['auth.passkey_needs_name'](host)
  return { origin, host }
}

const transportsOf = (text: string) => JSON.parse(text) as string[]

const passkeysOf = (db: Kysely<Database>, personId: string) =>
  db.selectFrom('passkey').selectAll().where('person_id', '=', personId).orderBy('created_at').execute()

const keepChallenge = (tx: Kysely<Database>, sessionId: string, challenge: string, now: Date) =>
  tx.updateTable('session').set({ challenge, challenge_at: now }).where('id', '=', sessionId).execute()

/** The challenge of a session, which is good for one answer. @throws auth.no_challenge */
async function takeChallenge(tx: Kysely<Database>, sessionId: string, now: Date): Promise<string> {
  const row = await tx
    .selectFrom('session')
    .select(['challenge', 'challenge_at'])
    .where('id', '=', sessionId)
    .forUpdate()
    .executeTakeFirst()
  if (!row?.challenge || !row.challenge_at) throw identityFaults['auth.no_challenge']()
  await forgetChallenge(tx, sessionId)
  if (now.getTime() - row.challenge_at.getTime() > CHALLENGE_SECONDS * 1000)
    throw identityFaults['auth.no_challenge']()
  return row.challenge
}

/** Also after a failure, whose transaction brought it back. */
export const forgetChallenge = (tx: Kysely<Database>, sessionId: string) =>
  tx.updateTable('session').set({ challenge: null, challenge_at: null }).where('id', '=', sessionId).execute()

/** What the browser needs to make one; user verification is demanded, so that a found key alone opens nothing. */
export async function startPasskey(
  tx: Kysely<Database>,
  person: { id: string; username: string; name: string },
  workspace: string,
  sessionId: string,
  site: Site,
  now: Date,
) {
  const known = await passkeysOf(tx, person.id)
  if (known.length >= PASSKEYS_MAX) throw identityFaults['auth.too_many_passkeys'](PASSKEYS_MAX)
  const options = await generateRegistrationOptions({
    rpName: workspace === 'Annals' ? 'Annals' : `Annals ${workspace}`,
    rpID: site.host,
    userName: person.username,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from(person.id.replaceAll('-', ''), 'hex')),
    timeout: TIMEOUT_MILLISECONDS,
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map((passkey) => ({
      id: passkey.credential_id,
      transports: transportsOf(passkey.transports),
    })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  await keepChallenge(tx, sessionId, options.challenge, now)
  return options
}

/** @returns its id, or why the answer was not believed */
export async function addPasskey(
  tx: Kysely<Database>,
  personId: string,
  sessionId: string,
  { name, passkey }: { name: string; passkey: NewPasskey },
  site: Site,
  now: Date,
): Promise<{ id: string } | { why: string }> {
  const expectedChallenge = await takeChallenge(tx, sessionId, now)
  let verified: Awaited<ReturnType<typeof verifyRegistrationResponse>>
  try {
    verified = await verifyRegistrationResponse({
      response: passkey as never,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
  } catch (error) {
    return { why: (error as Error).message.slice(0, 300) }
  }
  if (!verified.verified) return { why: 'the attestation does not verify' }
  const { credential, credentialBackedUp } = verified.registrationInfo
  const id = newId(now.getTime())
  await tx
    .insertInto('passkey')
    .values({
      ...{ id, person_id: personId, name, host: site.host, created_at: now, last_used_at: null },
      ...{ credential_id: credential.id, public_key: Buffer.from(credential.publicKey) },
      ...{ counter: credential.counter, is_backed_up: credentialBackedUp },
      transports: JSON.stringify(credential.transports ?? []),
    })
    .execute()
  return { id }
}

/** What a passkey of this person is to sign; those of other host names are of no use here. */
export async function challengePasskey(
  tx: Kysely<Database>,
  personId: string,
  sessionId: string,
  site: Site,
  now: Date,
) {
  const known = (await passkeysOf(tx, personId)).filter(({ host }) => host === site.host)
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    timeout: TIMEOUT_MILLISECONDS,
    userVerification: 'required',
    allowCredentials: known.map((passkey) => ({
      id: passkey.credential_id,
      transports: transportsOf(passkey.transports),
    })),
  })
  await keepChallenge(tx, sessionId, options.challenge, now)
  return options
}

/** Checks what a passkey signed; a counter that went back, as that of a copied key does, is not believed. */
export async function usePasskey(
  tx: Kysely<Database>,
  personId: string,
  sessionId: string,
  answer: PasskeyAnswer,
  site: Site,
  now: Date,
): Promise<'right' | 'wrong' | 'unknown passkey'> {
  const expectedChallenge = await takeChallenge(tx, sessionId, now)
  const known = await tx
    .selectFrom('passkey')
    .selectAll()
    .where('credential_id', '=', answer.id)
    .where('person_id', '=', personId)
    .forUpdate()
    .executeTakeFirst()
  if (!known) return 'unknown passkey'
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer as never,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      credential: {
        id: known.credential_id,
        publicKey: new Uint8Array(known.public_key),
        counter: known.counter,
      },
    })
    if (!verified) return 'wrong'
    await tx
      .updateTable('passkey')
      .set({
        counter: authenticationInfo.newCounter,
        is_backed_up: authenticationInfo.credentialBackedUp,
        last_used_at: now,
      })
      .where('id', '=', known.id)
      .execute()
    return 'right'
  } catch {
    return 'wrong'
  }
}
