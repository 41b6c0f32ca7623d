import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { NewLink, PersonLink } from '../../common/person.ts'
import { type MadeLink, makeLink } from './links.ts'
import { scheduleMail } from './mail-link.ts'
import { findPerson, personDetail } from './people.ts'

export type LinkParts = Pick<
  Parts,
  'db' | 'jobs' | 'mail' | 'secrets' | 'publicUrl' | 'now' | 'log' | 'writeEntry' | 'sealSoon'
>

/** Makes a link for a person, has it mailed where that can be, and answers with what is shown this once. */
export async function handOutLink(
  parts: LinkParts,
  act: Pick<Act<unknown, Record<string, never>>, 'tx' | 'read' | 'actor' | 'now' | 'afterCommit'>,
  personId: string,
  purpose: PersonLink['purpose'],
): Promise<{ answer: NewLink; made: MadeLink }> {
  const { tx, read, actor, now, afterCommit } = act
  const person = (await findPerson(read, personId))!
  const made = await makeLink(tx, { personId, purpose, by: actor.name, now })
  const link = `${parts.publicUrl}/accept#${made.secret}`
  const words = await linkMail(tx, { ...made, purpose, link, name: person.name, username: person.username })
  const to = parts.mail === undefined ? null : person.email
  if (to !== null) {
    await scheduleMail(parts, tx, { linkId: made.id, to, now, ...words })
    afterCommit(() => parts.jobs.poke())
  }
  const { groups: _, links: __, ...row } = await personDetail(read, personId, { actor, now })
  return {
    made,
    answer: { person: row, link, expiresAt: made.expiresAt.toISOString(), mail: { to, ...words } },
  }
}

interface Words {
  readonly purpose: PersonLink['purpose']
  readonly link: string
  readonly name: string
  readonly username: string
  readonly expiresAt: Date
}

/** What the person is written, by Annals or by whoever copies it. */
async function linkMail(tx: Transaction<Database>, words: Words): Promise<{ subject: string; text: string }> {
  const { name, time_zone } = await tx
    .selectFrom('workspace')
    .select(['name', 'time_zone'])
    .executeTakeFirstOrThrow()
  const until = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: time_zone,
    hourCycle: 'h23',
  }).format(words.expiresAt)
  const isInvitation = words.purpose === 'invitation'
  const lines = [
    `Hello ${words.name},`,
    '',
    isInvitation
      ? `you are invited to ${name}, where servers are reached through Annals. Your username is ${words.username}.`
      : `a new password was asked for your account ${words.username} at ${name}.`,
    '',
    isInvitation ? 'Choose your password here:' : 'Set it here:',
    words.link,
    '',
    `The link works once, until ${until} (${time_zone}). Whoever has it can use it, so keep it to yourself.`,
    ...(isInvitation
      ? []
      : ['Did you not ask for it? Then tell your administrator; your password stays as it is.']),
    '',
  ]
  return {
    subject: isInvitation ? `Your invitation to ${name}` : `A new password for ${name}`,
    text: lines.join('\n'),
  }
}
