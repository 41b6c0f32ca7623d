import { z } from 'zod'
import { event } from '../event.ts'

const Key = z.string().max(300)
const Signature = z.string().max(100)
const sampleKey = (id: string) =>
  `annals/0199a5f0-0000-7000-8000-000000000000+${id}+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`

export const journalEvents = {
  'journal.opened': event({
    title: 'Journal opened',
    weight: 'notable',
    data: z.object({ origin: z.string().max(200), key: Key }),
    say: (_who, { origin }) => `The journal ${origin} was opened`,
    sample: { origin: 'annals/0199a5f0-0000-7000-8000-000000000000', key: sampleKey('0a1b2c3d') },
  }),
  'journal.key_rotated': event({
    title: 'Journal signing key replaced',
    weight: 'alarming',
    data: z.object({
      origin: z.string().max(200),
      oldKey: Key,
      newKey: Key,
      endorsement: Signature,
      acceptance: Signature,
      reason: z.string().max(500),
    }),
    say: (who, { reason }) => `${who} replaced the key the journal is signed with: ${reason}`,
    sample: {
      origin: 'annals/0199a5f0-0000-7000-8000-000000000000',
      oldKey: sampleKey('0a1b2c3d'),
      newKey: sampleKey('4e5f6a7b'),
      endorsement: 'c2lnbmF0dXJl',
      acceptance: 'c2lnbmF0dXJl',
      reason: 'Yearly replacement',
    },
  }),
  'journal.exported': event({
    title: 'Journal exported',
    weight: 'notable',
    data: z.object({ from: z.number().int(), to: z.number().int() }),
    say: (who, { from, to }) => `${who} exported the journal's entries ${from} to ${to - 1}`,
    sample: { from: 0, to: 1200 },
  }),
} as const
