import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLog } from '../../base/server/log.ts'
import { openMail } from '../../base/server/mail/mail.ts'
import { password } from '../../seed/story.ts'
import { world } from '../../seed/world.ts'
import { hunt, type Place } from './hunt.ts'
import { filesOf, tablesOf } from './places.ts'
import {
  answers,
  factors,
  keepAnswers,
  links,
  machines,
  passwords,
  secrets,
  sent,
  singleSignOn,
  take,
  terminals,
  tokens,
} from './told.ts'
import { sockets, wrongPlaces } from './wrong-places.ts'

let places: Place[] = []
const openedHere: (() => void | Promise<void>)[] = []

beforeAll(async () => {
  const logs = mkdtempSync(join(tmpdir(), 'annals-secrets-'))
  openedHere.push(() => rmSync(logs, { recursive: true, force: true }))
  const { log, flush, close } = openLog({ directory: logs, level: 'trace' })
  openedHere.push(close)
  const mail = openMail(
    `smtp://annals:${sent('the password of the mail server')}@127.0.0.1:9`,
    'a@example.com',
  )
  await using w = await world({ machines: true, log, mail })
  keepAnswers(w)
  // What a session is known by must be nowhere either.
  for (const [name, text] of Object.entries(w.cookies)) sent(`the session of ${name}`, { text })
  sent('the password of everybody', { text: password, isGuessable: true })
  await w.assembled.start()
  for (const flow of [
    passwords,
    factors,
    links,
    tokens,
    machines,
    terminals,
    singleSignOn,
    wrongPlaces,
    sockets,
  ])
    await flow(w)
  await w.followed()
  for (const name of ['journal.entries', 'activity.list', 'command.list', 'settings.read'])
    await w.as('olga').ask(name, {})
  await take(w, 'journal.bundle')
  await w.app.inject({ method: 'GET', url: '/metrics' })
  await w.app.inject({ method: 'GET', url: '/api/openapi.json' })
  await w.followed()
  flush()
  places = [...(await tablesOf(w)), ...filesOf(w.directory), ...filesOf(logs), ...answers]
})
afterAll(async () => {
  for (const close of openedHere.toReversed()) await close()
})

test.each(['the log', 'the tables', 'the journal', 'the answers', 'an export'])(
  'there is something to look through: %s',
  (what) => {
    const found = {
      'the log': places.filter(({ where }) => where === 'file server.log'),
      'the tables': places.filter(({ where }) => where === 'table activity'),
      'the journal': places.filter(({ where }) => where === 'table journal'),
      'the answers': answers,
      'an export': places.filter(({ where }) => where === 'an answer of journal.bundle'),
    }[what]!
    expect(found.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(1000)
  },
)

describe('no secret', () => {
  const kinds: [what: string, belongs: (place: Place) => boolean][] = [
    ['in a table', ({ where }) => where.startsWith('table')],
    ['in the log or another file', ({ where }) => where.startsWith('file')],
    ['in an answer but the one that hands it out', ({ where }) => where.startsWith('a')],
  ]
  test.each(kinds)('is %s', (_what, belongs) => {
    expect(hunt(secrets, places.filter(belongs)).slice(0, 30)).toEqual([])
  })
})
