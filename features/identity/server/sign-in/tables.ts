import type { Generated } from 'kysely'

declare module '../../../../base/server/database.ts' {
  interface Database {
    /** One authenticator app for each person. */
    totp: {
      person_id: string
      /** Sealed with the words `totp <person id>`; null until the first one is confirmed. */
      seed: Buffer | null
      confirmed_at: Date | null
      last_used_at: Date | null
      /** The time step of the last code that counted; it and all before it count no more. */
      last_step: Generated<number>
      /** The one that waits to be confirmed, sealed likewise. */
      pending_seed: Buffer | null
      pending_at: Date | null
    }
    passkey: {
      id: string
      person_id: string
      /** As the browser says it, base64url. */
      credential_id: string
      public_key: Buffer
      /** Signatures made so far, as the authenticator counts them; 0 for those that do not count. */
      counter: number
      /** A JSON array of `usb`, `nfc`, `internal` and the like. */
      transports: string
      /** The host name it was made for; browsers offer it nowhere else. */
      host: string
      name: string
      is_backed_up: boolean
      created_at: Date
      last_used_at: Date | null
    }
    recovery_code: {
      id: string
      person_id: string
      /** A keyed mark of `recovery-code <person id>`. */
      code_mark: Buffer
      made_at: Date
      used_at: Date | null
    }
    /** Failures against one name, address or both, as keyed marks: what was typed into the name field may be a password. */
    sign_in_failure: { mark: Buffer; failures: number; last_at: Date; wait_until: Date | null }
    /** Where a person has signed in from. */
    known_place: {
      id: string
      person_id: string
      address: string
      client: string
      /** SHA-256 of the device cookie. */
      device_hash: Buffer
      first_seen_at: Date
      last_seen_at: Date
      /** The session that came from there first. */
      first_session_id: string
      /** False while the person has not been told of it. */
      is_noticed: boolean
    }
  }
}
