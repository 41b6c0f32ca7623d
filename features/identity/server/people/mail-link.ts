import type { Transaction } from 'kysely'
import { z } from 'zod'
import { system } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { JobKind } from '../../../../base/server/jobs/jobs.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { linksEvents } from '../../common/links-events.ts'
import { stateOf } from './links.ts'

export const MAIL_JOB = 'person.mail'
const ATTEMPTS_MAX = 5

type MailParts = Pick<Parts, 'db' | 'jobs' | 'mail' | 'secrets' | 'now' | 'log' | 'writeEntry' | 'sealSoon'>

/** What waits in the queue: the words hold the secret, so they lie there sealed. */
const Payload = z.object({ sealed: z.string(), attempt: z.number().int() })
const Words = z.object({ subject: z.string(), text: z.string() })

const contextOf = (linkId: string) => `mail of link ${linkId}`

export async function scheduleMail(
  { jobs, secrets }: Pick<MailParts, 'jobs' | 'secrets'>,
  tx: Transaction<Database>,
  mail: { linkId: string; to: string; subject: string; text: string; now: Date },
): Promise<void> {
  const { linkId, to, subject, text, now } = mail
  await tx
    .updateTable('person_link')
    .set({ mail_to: to, mail_state: 'waiting', mail_at: now })
    .where('id', '=', linkId)
    .execute()
  const sealed = secrets.seal(JSON.stringify({ subject, text }), contextOf(linkId)).toString('base64')
  await jobs.schedule(tx, MAIL_JOB, { key: linkId, dueAt: now, payload: { sealed, attempt: 1 } })
}

/** Mails that are on their way. */
export interface LinkMail {
  readonly job: JobKind
  /** Resolves when none is on its way any more. */
  settled(): Promise<void>
}

/**
 * Sends what is due, outside of any transaction: a mail server may take its time. Before it sends, the job makes itself
 * due again, so that a server that dies meanwhile tries once more; a mail may come twice, the link in it works once.
 */
export function openLinkMail(parts: MailParts): LinkMail {
  const sending = new Set<Promise<void>>()
  return {
    settled: async () => void (await Promise.allSettled(sending)),
    job: {
      run: async (tx, { key: linkId, payload }, now) => {
        const link = await tx
          .selectFrom('person_link')
          .innerJoin('person', 'person.id', 'person_link.person_id')
          .select(['person_link.id', 'purpose', 'used_at', 'withdrawn_at', 'expires_at', 'mail_to'])
          .select(['person_id', 'name', 'username'])
          .where('person_link.id', '=', linkId)
          .executeTakeFirst()
        if (link === undefined || link.mail_to === null || stateOf(link, now) !== 'open') return undefined
        const { sealed, attempt } = Payload.parse(payload)
        const dueAt = new Date(now.getTime() + 60_000 * 2 ** attempt)
        await parts.jobs.schedule(tx, MAIL_JOB, {
          key: linkId,
          dueAt,
          payload: { sealed, attempt: attempt + 1 },
        })
        const words = Words.parse(
          JSON.parse(parts.secrets.open(Buffer.from(sealed, 'base64'), contextOf(linkId))),
        )
        return () => {
          const sent = deliver(parts, { ...link, to: link.mail_to!, attempt, ...words })
            .catch((error) => parts.log.error({ err: error }, 'how a mail went could not be kept'))
            .finally(() => sending.delete(sent))
          sending.add(sent)
        }
      },
    },
  }
}

interface Delivery {
  readonly id: string
  readonly purpose: 'invitation' | 'password-reset'
  readonly person_id: string
  readonly name: string
  readonly username: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly attempt: number
}

async function deliver(parts: MailParts, mail: Delivery): Promise<void> {
  const { to, subject, text } = mail
  const problem = await (parts.mail?.send({ to, subject, text }) ?? Promise.reject(noServer())).then(
    () => null,
    (error: Error) => error.message.slice(0, 300),
  )
  const willRetry = problem !== null && mail.attempt < ATTEMPTS_MAX
  const at = parts.now()
  const about = { username: mail.username, purpose: mail.purpose, to }
  await parts.db.transaction().execute(async (tx) => {
    if (!willRetry) await parts.jobs.cancel(tx, MAIL_JOB, mail.id)
    await tx
      .updateTable('person_link')
      .set({ mail_state: problem === null ? 'sent' : 'failed', mail_at: at, mail_problem: problem })
      .where('id', '=', mail.id)
      .execute()
    await parts.writeEntry(tx, {
      at,
      actor: system('Annals: mail'),
      subject: { kind: 'person', id: mail.person_id, name: mail.name },
      ...(problem === null
        ? { kind: 'person.mail-sent', data: linksEvents['person.mail-sent'].data.parse(about) }
        : {
            kind: 'person.mail-failed',
            data: linksEvents['person.mail-failed'].data.parse({ ...about, why: problem, willRetry }),
          }),
    })
  })
  parts.sealSoon()
}

const noServer = () => new Error('no mail server is configured any more')
