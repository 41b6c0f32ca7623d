import { z } from 'zod'
import { event } from './event.ts'

/** What the kernel itself records, so that no feature can forget. */
export const baseEvents = {
  'request.denied': event({
    title: 'Request denied',
    weight: 'notable',
    data: z.object({ endpoint: z.string().max(200), role: z.string().max(20), why: z.string().max(300) }),
    say: (who, data) => `${who} was refused ${data.endpoint}: ${data.why}`,
    sample: { endpoint: 'person.create', role: 'member', why: 'Your role does not allow that.' },
  }),
  'page.denied': event({
    title: 'Page denied',
    weight: 'notable',
    data: z.object({ path: z.string().max(500), role: z.string().max(20) }),
    say: (who, data) => `${who} opened ${data.path} and was refused`,
    sample: { path: '/governance/approvals', role: 'member' },
  }),
} as const
