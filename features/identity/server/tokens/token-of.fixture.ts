import type { Persona } from '../../../../seed/story.ts'
import type { world } from '../../../../seed/world.ts'

export type World = Awaited<ReturnType<typeof world>>

/** A token with rules that allow everything but what is said. */
export async function tokenOf(w: World, persona: Persona, rules: object = {}) {
  const { status, body } = await w.as(persona).tell('token.create', {
    name: `a token of ${persona}`,
    scopes: ['*'],
    commands: ['*'],
    servers: ['*'],
    ...rules,
  })
  if (status !== 200) throw new Error(`token.create answered ${status} ${JSON.stringify(body)}`)
  return { id: body.id as string, secret: body.secret as string, api: w.withToken(body.secret) }
}

/** Of everything recorded so far, oldest first. */
export const kinds = async (w: World) => (await w.recorded()).map(({ kind }) => kind)
