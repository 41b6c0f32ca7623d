import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import type { NewPasskey, PasskeyAnswer } from '../common/sign-in.ts'

/** Why passkeys cannot be used on this page; undefined when they can. */
export function passkeyProblem(): string | undefined {
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname)
  if (isNumber)
    return `Browsers keep passkeys for host names, not for ${location.hostname}. Open this console by its name, such as localhost.`
  if (!browserSupportsWebAuthn())
    return window.isSecureContext
      ? 'This browser knows no passkeys.'
      : 'Browsers use passkeys over https only, or at localhost.'
  return undefined
}

/** @throws Error with words for the person */
export const makePasskey = (options: object): Promise<NewPasskey> =>
  inWords(startRegistration({ optionsJSON: options as never })) as Promise<NewPasskey>

/** @throws Error with words for the person */
export const askPasskey = (options: object): Promise<PasskeyAnswer> =>
  inWords(startAuthentication({ optionsJSON: options as never })) as Promise<PasskeyAnswer>

async function inWords(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked
  } catch (error) {
    const { name } = error as Error
    if (name === 'NotAllowedError' || name === 'AbortError')
      throw new Error('No passkey was used: it was cancelled, took too long, or none fits this console.')
    if (name === 'InvalidStateError')
      throw new Error('This device holds a passkey for you already. Another device can have one of its own.')
    if (error instanceof WebAuthnError) throw new Error(`The browser refused: ${error.message}`)
    throw error
  }
}
