import type { SessionCookies } from './endpoint.ts'

interface Attributes {
  readonly path: string
  readonly httpOnly: boolean
  readonly sameSite: 'strict' | 'lax'
  readonly secure: boolean
  readonly maxAge?: number
}

interface Asked {
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly headers: { readonly origin?: string | undefined }
}

interface Answered {
  setCookie(name: string, value: string, attributes: Attributes): unknown
  clearCookie(name: string, attributes: Attributes): unknown
}

/** Over https the prefix makes browsers refuse a cookie of this name from a sub-domain, a plain page or another path. */
export const cookieNames = (secure: boolean) => ({
  session: secure ? '__Host-annals' : 'annals',
  device: secure ? '__Host-annals-device' : 'annals-device',
  attempt: secure ? '__Host-annals-attempt' : 'annals-attempt',
})

/** The cookies of one request and its answer. @param secure whether this console is served over https only */
export function sessionCookies(asked: Asked, answered: Answered, secure: boolean): SessionCookies {
  const names = cookieNames(secure)
  const attributes: Attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure }
  return {
    secret: asked.cookies[names.session],
    device: asked.cookies[names.device],
    attempt: asked.cookies[names.attempt],
    origin: asked.headers.origin,
    start: (secret, maxAgeSeconds) =>
      void answered.setCookie(names.session, secret, { ...attributes, maxAge: maxAgeSeconds }),
    end: () => void answered.clearCookie(names.session, attributes),
    keepDevice: (secret, maxAgeSeconds) =>
      void answered.setCookie(names.device, secret, { ...attributes, maxAge: maxAgeSeconds }),
    // Lax: it must come along when another site sends the browser back here, and then only with a plain navigation.
    keepAttempt: (secret, maxAgeSeconds) =>
      void answered.setCookie(names.attempt, secret, {
        ...attributes,
        sameSite: 'lax',
        maxAge: maxAgeSeconds,
      }),
    endAttempt: () => void answered.clearCookie(names.attempt, { ...attributes, sameSite: 'lax' }),
  }
}
