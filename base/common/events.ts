import { z } from 'zod'
import { event } from './event.ts'

/** Set where one entry stands for many requests alike: the first of a minute are entries of their own, the rest are counted. */
const Times = z.number().int().min(1)
const more = (times: number | undefined) =>
  times === undefined ? '' : ` ${times.toLocaleString('en')} more ${times === 1 ? 'time' : 'times'}`

/** What the kernel itself records, so that no feature can forget. */
export const baseEvents = {
  'request.denied': event({
    title: 'Request denied',
    weight: 'notable',
    data: z.object({
      endpoint: z.string().max(200),
      role: z.string().max(20),
      why: z.string().max(300),
      code: z.string().max(100).optional(),
      objectId: z.uuid().optional(),
      times: Times.optional(),
    }),
    say: (who, { endpoint, why, times }) => `${who} was refused ${endpoint}${more(times)}: ${why}`,
    sample: {
      endpoint: 'person.create',
      role: 'member',
      why: 'Your role does not allow that.',
      code: 'request.forbidden',
    },
  }),
  'request.failed': event({
    title: 'Request failed',
    weight: 'routine',
    data: z.object({
      endpoint: z.string().max(200),
      status: z.number().int().min(400).max(599),
      code: z.string().max(100),
      /** Without any word of the request, which might be a secret. */
      message: z.string().max(300),
      /** The `id` that was asked for. */
      objectId: z.uuid().optional(),
      times: Times.optional(),
    }),
    say: (who, { endpoint, status, message, times }) =>
      `${who} asked for ${endpoint}${more(times)} and got ${status}${message === '' ? '' : `: ${message}`}`,
    sample: {
      endpoint: 'command.read',
      status: 404,
      code: 'request.not_found',
      message: 'There is no such …, or it is not yours to see.',
      objectId: '0199a5f0-0000-7000-8000-000000000000',
    },
  }),
  'record.viewed': event({
    title: 'Record viewed',
    weight: 'notable',
    data: z.object({ endpoint: z.string().max(200), what: z.string().max(300) }),
    say: (who, { what }) => `${who} looked at ${what}`,
    sample: { endpoint: 'journal.proof', what: 'the proof of entry 17' },
  }),
  'page.denied': event({
    title: 'Page denied',
    weight: 'notable',
    data: z.object({ path: z.string().max(500), role: z.string().max(20) }),
    say: (who, data) => `${who} opened ${data.path} and was refused`,
    sample: { path: '/governance/approvals', role: 'member' },
  }),
} as const
