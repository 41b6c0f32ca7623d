import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { publicUrlOf, readConfig } from './config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'annals-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (content: unknown) =>
  writeFileSync(
    join(folder, 'annals.config.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  )

test('nothing has to be set', () => {
  expect(readConfig({}, folder)).toEqual({
    host: '127.0.0.1',
    port: 7300,
    dataDirectory: join(folder, 'data'),
    databaseUrl: undefined,
    postgresBin: undefined,
    firstAdminPassword: undefined,
    localAgent: true,
    publicUrl: undefined,
    trustedProxies: [],
    logLevel: 'info',
    unresponsiveSeconds: 600,
    mail: undefined,
    warnings: [],
  })
})

test('the environment wins over the file, and an empty variable counts as not set', () => {
  file({ ANNALS_PORT: 1234, ANNALS_HOST: '0.0.0.0', ANNALS_LOCAL_AGENT: false })
  const config = readConfig({ ANNALS_PORT: '4321', ANNALS_HOST: '' }, folder)
  expect(config).toMatchObject({ port: 4321, host: '0.0.0.0', localAgent: false })
})

test('a file can be named, and must then exist', () => {
  writeFileSync(join(folder, 'other.json'), '{"ANNALS_PORT": "99"}')
  expect(readConfig({ ANNALS_CONFIG: 'other.json' }, folder).port).toBe(99)
  expect(() => readConfig({ ANNALS_CONFIG: 'none.json' }, folder)).toThrow(/ANNALS_CONFIG names .*none\.json/)
})

test.each([
  [{ ANNALS_PORT: 'seven' }, 'ANNALS_PORT: use a whole number from 0 to 65535.'],
  [{ ANNALS_PORT: '65536' }, 'ANNALS_PORT: use a whole number from 0 to 65535.'],
  [{ ANNALS_LOCAL_AGENT: 'yes' }, 'ANNALS_LOCAL_AGENT: use on or off.'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: use a URL such as postgres://'],
  [{ ANNALS_PUBLIC_URL: 'annals.example.com' }, 'ANNALS_PUBLIC_URL: use an address such as https://'],
  [{ ANNALS_PUBLIC_URL: 'https://a.example/annals' }, 'ANNALS_PUBLIC_URL: Annals is served at the root'],
  [{ ANNALS_TRUSTED_PROXIES: '10.0.0.0/8, nginx' }, 'ANNALS_TRUSTED_PROXIES: use addresses or networks'],
  [{ ANNALS_TRUSTED_PROXIES: '10.0.0.0/64' }, 'ANNALS_TRUSTED_PROXIES: use addresses or networks'],
  [{ ANNALS_FIRST_ADMIN_PASSWORD: 'short' }, 'ANNALS_FIRST_ADMIN_PASSWORD: use at least 8 characters.'],
  [{ ANNALS_LOG_LEVEL: 'loud' }, 'ANNALS_LOG_LEVEL: use debug, info, warn or error.'],
  [{ ANNALS_UNRESPONSIVE_SECONDS: '0' }, 'ANNALS_UNRESPONSIVE_SECONDS: use a whole number'],
  [{ ANNALS_SMTP_URL: 'mail.example.com' }, 'ANNALS_SMTP_URL: use an address such as smtp://'],
  [{ ANNALS_SMTP_URL: 'smtp://mail.example.com' }, 'ANNALS_MAIL_FROM: say the address mail comes from'],
  [{ ANNALS_MAIL_FROM: 'a@b.c\r\nBcc: d@e.f' }, 'ANNALS_MAIL_FROM: use an address such as'],
])('a wrong setting is named, with what to write instead: %o', (environment, sentence) => {
  expect(() => readConfig(environment, folder)).toThrow(sentence)
})

test('mail is sent when there is a server for it and an address to send it from', () => {
  const smtp = {
    ANNALS_SMTP_URL: 'smtp://u:p@mail.example.com:587',
    ANNALS_MAIL_FROM: 'Annals <a@example.com>',
  }
  expect(readConfig(smtp, folder).mail).toEqual({
    url: 'smtp://u:p@mail.example.com:587',
    from: 'Annals <a@example.com>',
  })
})

test('every wrong setting is named at once, and never its value', () => {
  const read = () => readConfig({ ANNALS_PORT: 'x', ANNALS_FIRST_ADMIN_PASSWORD: 'hunter2' }, folder)
  expect(read).toThrow(/ANNALS_PORT[\s\S]*ANNALS_FIRST_ADMIN_PASSWORD/)
  expect(read).not.toThrow(/hunter2/)
})

test('a setting that does not exist is refused in a file and warned of in the environment, with the nearest name', () => {
  expect(readConfig({ ANNALS_PROT: '1', ANNALS_AGENT_DATA: '/x' }, folder).warnings).toEqual([
    'ANNALS_PROT is not a setting of Annals and does nothing. Did you mean ANNALS_PORT?',
  ])
  file({ ANNALS_PUBLIC_ULR: 'https://a.example' })
  expect(() => readConfig({}, folder)).toThrow('Did you mean ANNALS_PUBLIC_URL?')
})

test.each(['{', '[]', '"x"', '{"ANNALS_PORT": {}}'])(
  'a file that is not an object of settings is refused: %s',
  (content) => {
    file(content)
    expect(() => readConfig({}, folder)).toThrow('annals.config.json')
  },
)

test('the public address is an origin, and nobody is sent to 0.0.0.0', () => {
  expect(readConfig({ ANNALS_PUBLIC_URL: 'https://Annals.Example.com:443/' }, folder).publicUrl).toBe(
    'https://annals.example.com',
  )
  expect(publicUrlOf({ publicUrl: undefined, host: '127.0.0.1' }, 7300)).toBe('http://127.0.0.1:7300')
  expect(publicUrlOf({ publicUrl: undefined, host: '::1' }, 80)).toBe('http://[::1]:80')
  expect(publicUrlOf({ publicUrl: undefined, host: '0.0.0.0' }, 80)).not.toContain('0.0.0.0')
})
