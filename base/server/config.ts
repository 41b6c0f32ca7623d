import { BlockList, isIP } from 'node:net'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { readConfigFile } from './config-file.ts'
import { StartupRefusal } from './embedded-postgres/startup-refusal.ts'
import { nearest } from './nearest.ts'

const onOff = z.enum(['on', 'off'], 'use on or off')
const text = z.string().trim().min(1, 'it is empty')
const wholeNumber = (from: number, to: number) =>
  z.coerce
    .number(`use a whole number from ${from} to ${to}`)
    .refine(
      (value) => Number.isInteger(value) && value >= from && value <= to,
      `use a whole number from ${from} to ${to}`,
    )

const postgresUrl = text.refine(
  (value) => /^postgres(ql)?:\/\//.test(value),
  'use a URL such as postgres://user:password@host:5432/annals',
)

const publicUrl = text
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'use an address such as https://annals.example.com',
  )
  .refine(
    (value) => !URL.canParse(value) || new URL(value).pathname === '/',
    'Annals is served at the root of its host: leave the path out',
  )
  .transform((value) => new URL(value).origin)

const networks = z
  .string()
  .transform((value) => value.split(/[\s,]+/).filter((network) => network !== ''))
  .refine(
    (list) => list.every(isNetwork),
    'use addresses or networks with commas between them, such as 10.0.0.0/8,::1',
  )

const smtpUrl = text.refine(
  (value) => URL.canParse(value) && /^smtps?:\/\/./.test(value),
  'use an address such as smtp://user:password@mail.example.com:587',
)

const mailFrom = text
  .max(320)
  .refine(
    (value) => /^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value),
    'use an address such as Annals <annals@example.com>',
  )

/** Every setting by its one name, the same in the environment and in the file. */
const Settings = z.object({
  ANNALS_HOST: text.default('127.0.0.1'),
  ANNALS_PORT: wholeNumber(0, 65535).default(7300),
  ANNALS_DATA: text.default('./data'),
  DATABASE_URL: postgresUrl.optional(),
  ANNALS_POSTGRES_BIN: text.optional(),
  ANNALS_FIRST_ADMIN_PASSWORD: z
    .string()
    .min(8, 'use at least 8 characters')
    .max(256, 'use at most 256 characters')
    .optional(),
  ANNALS_LOCAL_AGENT: onOff.default('on'),
  ANNALS_PUBLIC_URL: publicUrl.optional(),
  ANNALS_TRUSTED_PROXIES: networks.default([]),
  ANNALS_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'use debug, info, warn or error')
    .default('info'),
  ANNALS_UNRESPONSIVE_SECONDS: wholeNumber(1, 7 * 24 * 3600).default(600),
  ANNALS_SMTP_URL: smtpUrl.optional(),
  ANNALS_MAIL_FROM: mailFrom.optional(),
})

export const settingNames = Object.keys(Settings.shape)

/** Names that begin with ANNALS_ and belong to other programs of this tree. */
const foreignNames = /^ANNALS_(CONFIG$|AGENT_|TEST_)/

export interface Config {
  /** The address listened on. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Absolute. */
  readonly dataDirectory: string
  readonly databaseUrl: string | undefined
  readonly postgresBin: string | undefined
  readonly firstAdminPassword: string | undefined
  readonly localAgent: boolean
  /** An origin without a trailing slash; undefined: the address listened on. */
  readonly publicUrl: string | undefined
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** A command not heard of for this long is Unresponsive. */
  readonly unresponsiveSeconds: number
  /** Through which invitations and the like are sent; undefined: nothing is sent, people copy the text. */
  readonly mail: { readonly url: string; readonly from: string } | undefined
  /** What the operator should hear although nothing is wrong enough to stop. */
  readonly warnings: readonly string[]
}

/**
 * Settings from the environment and from a file; the environment wins. An empty variable counts as not set.
 * @throws StartupRefusal that names every setting that is wrong, where it was set, and what to write instead.
 */
export function readConfig(environment: NodeJS.ProcessEnv, folder: string): Config {
  const file = readConfigFile(environment['ANNALS_CONFIG'], folder)
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  const ours = set.filter(([name]) => settingNames.includes(name))
  const complaints = Object.keys(file.settings)
    .filter((name) => !settingNames.includes(name))
    .map((name) => `${name} in ${file.path} is not a setting.${suggestion(name)}`)
  const warnings = set
    .filter(
      ([name]) => name.startsWith('ANNALS_') && !settingNames.includes(name) && !foreignNames.test(name),
    )
    .map(([name]) => `${name} is not a setting of Annals and does nothing.${suggestion(name)}`)

  const parsed = Settings.safeParse({ ...file.settings, ...Object.fromEntries(ours) })
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0])
    const where = environment[name] ? '' : ` in ${file.path}`
    complaints.push(`${name}${where}: ${message}.`)
  }
  if (parsed.data?.ANNALS_SMTP_URL !== undefined && parsed.data.ANNALS_MAIL_FROM === undefined)
    complaints.push('ANNALS_MAIL_FROM: say the address mail comes from, such as Annals <annals@example.com>.')
  if (!parsed.success || complaints.length > 0) throw new StartupRefusal(complaints.join('\n'))

  const settings = parsed.data
  return {
    host: settings.ANNALS_HOST,
    port: settings.ANNALS_PORT,
    dataDirectory: resolve(folder, settings.ANNALS_DATA),
    databaseUrl: settings.DATABASE_URL,
    postgresBin: settings.ANNALS_POSTGRES_BIN,
    firstAdminPassword: settings.ANNALS_FIRST_ADMIN_PASSWORD,
    localAgent: settings.ANNALS_LOCAL_AGENT === 'on',
    publicUrl: settings.ANNALS_PUBLIC_URL,
    trustedProxies: settings.ANNALS_TRUSTED_PROXIES,
    logLevel: settings.ANNALS_LOG_LEVEL,
    unresponsiveSeconds: settings.ANNALS_UNRESPONSIVE_SECONDS,
    mail:
      settings.ANNALS_SMTP_URL === undefined
        ? undefined
        : { url: settings.ANNALS_SMTP_URL, from: settings.ANNALS_MAIL_FROM! },
    warnings,
  }
}

/** The address people and agents are told, without a trailing slash. Nobody can open 0.0.0.0, so it becomes this machine's name. */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'host'>, port: number): string {
  if (config.publicUrl !== undefined) return config.publicUrl
  const everywhere = config.host === '0.0.0.0' || config.host === '::'
  const host = everywhere ? hostname() : config.host
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

function suggestion(name: string): string {
  const closest = nearest(name, settingNames)
  return closest === undefined ? ` The settings are ${settingNames.join(', ')}.` : ` Did you mean ${closest}?`
}

function isNetwork(network: string): boolean {
  const [address = '', bits, ...rest] = network.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  if (!/^\d{1,3}$/.test(bits)) return false
  try {
    new BlockList().addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4')
    return true
  } catch {
    return false
  }
}
