import { z } from 'zod'
import { SecondFactorPolicy, TimeZone } from './person.ts'

const DAY = 24 * 3600

const seconds = (from: number, to: number, words: string) =>
  z
    .number()
    .int()
    .refine((value) => value >= from && value <= to, `use ${words}`)

/** Who may come in, how they prove it and for how long it counts. */
export const SecurityPolicy = z.object({
  /** Of whom a second factor is demanded; whoever has one is always asked for it. */
  secondFactor: SecondFactorPolicy,
  stepUpSeconds: seconds(60, DAY, '60 seconds to 24 hours'),
  sessionSeconds: seconds(900, 90 * DAY, '15 minutes to 90 days'),
  /** A session not used for this long ends. */
  sessionIdleSeconds: seconds(300, 90 * DAY, '5 minutes to 90 days'),
  /** Failures in a row before the next attempt has to wait. */
  lockOutFailures: z
    .number()
    .int()
    .refine((value) => value >= 3 && value <= 100, 'use 3 to 100 failures'),
  /** The longest such a wait becomes. */
  lockOutSecondsMax: seconds(30, DAY, '30 seconds to 24 hours'),
  /** Whether the owners and managers of a group see the record of its servers. */
  groupRecord: z.boolean(),
})
export type SecurityPolicy = z.infer<typeof SecurityPolicy>

export const WorkspaceSettings = z.object({
  name: z.string().trim().min(1, 'write a name').max(60),
  timeZone: TimeZone,
})

export const Settings = z.object({
  workspace: WorkspaceSettings,
  /** null for members. */
  policy: SecurityPolicy.nullable(),
  /** The address mail comes from; null where no mail server is configured, and for members. */
  mailFrom: z.string().nullable(),
})
export type Settings = z.infer<typeof Settings>
