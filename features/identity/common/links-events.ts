import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { PersonLink } from './person.ts'

const purpose = PersonLink.shape.purpose
const words = { invitation: 'invitation', 'password-reset': 'reset link' } as const
const username = z.string().max(120)

export const linksEvents = {
  'person.link-made': event({
    title: 'Link made',
    weight: 'notable',
    data: z.object({ username, purpose, expiresAt: z.iso.datetime(), linksEnded: z.number().int() }),
    say: (who, data) => `${who} made ${purposeWords(data.purpose)} for ${data.username}`,
    sample: {
      username: 'mina.park',
      purpose: 'password-reset',
      expiresAt: '2026-11-21T09:00:00.000Z',
      linksEnded: 0,
    },
  }),
  'person.link-withdrawn': event({
    title: 'Link withdrawn',
    weight: 'notable',
    data: z.object({ username, purpose }),
    say: (who, data) => `${who} withdrew the ${words[data.purpose]} of ${data.username}`,
    sample: { username: 'mina.park', purpose: 'invitation' },
  }),
  'auth.link-accepted': event({
    title: 'Link accepted',
    weight: 'notable',
    data: z.object({ username, purpose, sessionsEnded: z.number().int() }),
    say: (who, data) => `${who} set a password by ${purposeWords(data.purpose)}`,
    sample: { username: 'mina.park', purpose: 'invitation', sessionsEnded: 0 },
  }),
  'person.mail-sent': event({
    title: 'Mail sent',
    weight: 'routine',
    data: z.object({ username, purpose, to: z.string().max(254) }),
    say: (_who, data) => `The ${words[data.purpose]} of ${data.username} was sent to ${data.to}`,
    sample: { username: 'mina.park', purpose: 'invitation', to: 'mina@example.com' },
  }),
  'person.mail-failed': event({
    title: 'Mail failed',
    weight: 'notable',
    data: z.object({
      username,
      purpose,
      to: z.string().max(254),
      why: z.string().max(300),
      willRetry: z.boolean(),
    }),
    say: (_who, data) =>
      `The ${words[data.purpose]} of ${data.username} could not be sent to ${data.to}: ${data.why}`,
    sample: {
      username: 'mina.park',
      purpose: 'invitation',
      to: 'mina@example.com',
      why: '550 no such mailbox',
      willRetry: true,
    },
  }),
} as const

function purposeWords(purpose: keyof typeof words) {
  return purpose === 'invitation' ? 'an invitation' : 'a reset link'
}
