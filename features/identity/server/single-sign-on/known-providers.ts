import { discover, type ProviderMetadata } from './provider.ts'

const KNOWN_SECONDS = 300

/** What a provider said about itself, for five minutes; asked once however many want to know. */
export class KnownProviders {
  #known:
    | { readonly issuer: string; readonly until: number; readonly found: Promise<ProviderMetadata> }
    | undefined

  /** @throws ProviderFailure */
  find(issuer: string, now: Date): Promise<ProviderMetadata> {
    const known = this.#known
    if (known?.issuer === issuer && now.getTime() < known.until) return known.found
    const found = discover(issuer)
    const until = now.getTime() + KNOWN_SECONDS * 1000
    const mine = { issuer, until, found }
    this.#known = mine
    found.catch(() => {
      if (this.#known === mine) this.#known = undefined
    })
    return found
  }

  forget(): void {
    this.#known = undefined
  }
}

/** Where the provider sends browsers back to: it must be told this very address. */
export const callbackAddress = (publicUrl: string) => `${publicUrl}/api/auth.single-sign-on-callback`
export const startAddress = (publicUrl: string) => `${publicUrl}/api/auth.single-sign-on`
