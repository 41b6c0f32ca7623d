import { z } from 'zod'

/** What an agent says about its machine. Every list is bounded; what was cut is counted in `truncated`. */
export const Facts = z.object({
  hostname: z.string().max(255),
  os: z.object({
    name: z.string().max(120),
    version: z.string().max(120),
    kernel: z.string().max(200),
    architecture: z.string().max(40),
  }),
  cpus: z.number().int(),
  memoryBytes: z.number(),
  /** ISO 8601. */
  bootedAt: z.string().nullable(),
  bootId: z.string().max(64).nullable(),
  accounts: z
    .array(
      z.object({
        name: z.string().max(64),
        uid: z.number(),
        gid: z.number(),
        home: z.string().max(400),
        shell: z.string().max(400),
      }),
    )
    .max(2000),
  groups: z
    .array(
      z.object({ name: z.string().max(64), gid: z.number(), members: z.array(z.string().max(64)).max(2000) }),
    )
    .max(2000),
  interfaces: z
    .array(
      z.object({
        name: z.string().max(64),
        addresses: z.array(z.string().max(64)).max(64),
        mac: z.string().max(32).nullable(),
      }),
    )
    .max(200),
  disks: z
    .array(
      z.object({
        mount: z.string().max(400),
        filesystem: z.string().max(64),
        totalBytes: z.number(),
        freeBytes: z.number(),
      }),
    )
    .max(200),
  /** The account the agent itself runs as; only root can become others. */
  runsAs: z.object({ name: z.string().max(64), uid: z.number() }),
  truncated: z.number().int().default(0),
})
export type Facts = z.infer<typeof Facts>
