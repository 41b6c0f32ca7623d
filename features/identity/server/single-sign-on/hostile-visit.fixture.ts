import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startHostileProvider } from './hostile-provider.fixture.ts'
import { begin, comeBack, cookieOf, type World } from './visit.fixture.ts'

export const secret = 'the client secret of a hostile test'
export const expired = '/sign-in?refused=auth.single_sign_on_expired'
export const failed = '/sign-in?refused=auth.single_sign_on_failed'
export const unreachable = '/sign-in?refused=auth.single_sign_on_unreachable'

export type HostileProvider = Awaited<ReturnType<typeof startHostileProvider>>

/** One for all tests of a file, honest again before each. */
export function hostileForFile(): { readonly hostile: HostileProvider } {
  let hostile: HostileProvider
  beforeAll(async () => {
    hostile = await startHostileProvider(secret)
  })
  beforeEach(() => hostile.be({}))
  afterAll(() => hostile[Symbol.asyncDispose]())
  return {
    get hostile() {
      return hostile
    },
  }
}

/** Why visits failed, as it is recorded. */
export const whys = async (w: World) =>
  (await w.recorded()).flatMap(({ kind, data }) =>
    kind === 'auth.single-sign-on-failed' ? [[data['why'], data['detail']]] : [],
  )

/** A visit to the hostile provider. @param change what of the way back a test forges */
export async function hostileVisit(w: World, hostile: HostileProvider, change: object = {}) {
  const { to, attempt } = await begin(w)
  const parameters = { ...hostile.authorize(to), ...change }
  const answer = await comeBack(w, parameters, attempt)
  return { answer, to: answer.headers['location'], parameters, attempt, session: cookieOf(answer, 'annals') }
}
