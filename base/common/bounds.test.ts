import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bendsTheLine, isInScope, mayRunLine, mayTouchPath, mayUseServer, type PathBound } from './bounds.ts'

const line = fc.string({ unit: 'binary', maxLength: 40 })
const segment = fc.stringMatching(/^[a-z.]{1,6}$/).filter((text) => text !== '.' && text !== '..')
const segments = fc.array(segment, { maxLength: 5 })
const path = (parts: readonly string[]) => `/${parts.join('/')}`

describe('mayRunLine', () => {
  test('without rules no line may be run', () => {
    fc.assert(fc.property(line, (text) => !mayRunLine({ commands: [] }, text)))
  })

  test('a rule without a star covers itself and nothing else', () => {
    const rule = line.filter((text) => !text.endsWith('*'))
    fc.assert(
      fc.property(rule, line, (text, other) => mayRunLine({ commands: [text] }, other) === (text === other)),
    )
  })

  test.each([
    'uptime; rm -rf /',
    'uptime && id',
    'uptime\nid',
    'uptime ',
    ' uptime',
    'uptime$(id)',
    'uptim',
    'UPTIME',
    '',
  ])('uptime does not cover %j', (text) => expect(mayRunLine({ commands: ['uptime'] }, text)).toBe(false))

  test('a star at the end covers any tail, an empty one and shell syntax too', () => {
    const commands = ['systemctl status *']
    fc.assert(fc.property(line, (tail) => mayRunLine({ commands }, `systemctl status ${tail}`)))
    expect(mayRunLine({ commands }, 'systemctl status nginx; id')).toBe(true)
    expect(mayRunLine({ commands }, 'systemctl stop nginx')).toBe(false)
    expect(mayRunLine({ commands }, 'systemctl status')).toBe(false)
  })

  test('a star elsewhere is a letter', () => {
    expect(mayRunLine({ commands: ['ls * /tmp'] }, 'ls * /tmp')).toBe(true)
    expect(mayRunLine({ commands: ['ls * /tmp'] }, 'ls x /tmp')).toBe(false)
  })

  test('more rules never cover less', () => {
    fc.assert(
      fc.property(fc.array(line), line, line, (commands, more, asked) =>
        mayRunLine({ commands }, asked) ? mayRunLine({ commands: [...commands, more] }, asked) : true,
      ),
    )
  })
})

test.each(['PATH', 'BASH_ENV', 'LD_PRELOAD', 'IFS'])('%s bends the line', (name) =>
  expect(bendsTheLine(name)).toBe(true),
)
test.each(['LANG', 'PATHS', 'MY_PATH', 'BUILD_ID'])('%s does not', (name) =>
  expect(bendsTheLine(name)).toBe(false),
)

test('a server is one that is named, or any where * is', () => {
  expect(mayUseServer({ servers: [] }, 'a')).toBe(false)
  expect(mayUseServer({ servers: ['b'] }, 'a')).toBe(false)
  expect(mayUseServer({ servers: ['a'] }, 'a')).toBe(true)
  expect(mayUseServer({ servers: ['*'] }, 'a')).toBe(true)
})

describe('mayTouchPath', () => {
  const reads = (at: string): { paths: PathBound[] } => ({ paths: [{ path: at, action: 'read' }] })

  test('a path covers itself and everything below it', () => {
    fc.assert(
      fc.property(segments, segments, (above, below) =>
        mayTouchPath(reads(path(above)), path([...above, ...below]), 'read'),
      ),
    )
  })

  test('it covers nothing whose segments begin otherwise', () => {
    fc.assert(
      fc.property(segments, segments, (covered, asked) => {
        const isBelow = covered.every((part, place) => part === asked[place])
        return mayTouchPath(reads(path(covered)), path(asked), 'read') === isBelow
      }),
    )
  })

  test('no writing of . and .. and doubled slashes leads out', () => {
    const noise = fc.array(fc.constantFrom('.', '..', '', 'log', 'var', 'etc', '...'), { maxLength: 12 })
    fc.assert(
      fc.property(noise, (parts) => {
        const resolved = new URL(`file://${path(parts).replace(/\/+/g, '/')}`).pathname
        const isBelow = resolved === '/var/log' || resolved.startsWith('/var/log/')
        return mayTouchPath(reads('/var/log'), path(parts), 'read') === isBelow
      }),
    )
  })

  test.each(['/var/logs', '/var/log/../passwd', '/var', '/', 'var/log', '', '/var/log\0', '/VAR/LOG'])(
    '/var/log does not cover %j',
    (asked) => expect(mayTouchPath(reads('/var/log'), asked, 'read')).toBe(false),
  )

  test.each(['/var/log', '/var/log/', '/var//log/x', '/var/./log', '/tmp/../var/log/a'])(
    '/var/log/ covers %j',
    (asked) => expect(mayTouchPath(reads('/var/log/'), asked, 'read')).toBe(true),
  )

  test('reading does not give writing nor writing reading; * gives both', () => {
    const bounds = {
      paths: [
        { path: '/r', action: 'read' },
        { path: '/w', action: 'write' },
        { path: '/b', action: '*' },
      ] as const,
    }
    const may = (asked: string) => [mayTouchPath(bounds, asked, 'read'), mayTouchPath(bounds, asked, 'write')]
    expect([may('/r/x'), may('/w/x'), may('/b/x')]).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ])
  })
})

describe('isInScope', () => {
  test.each([
    ['command:submit', 'command.submit', 'command', true],
    ['command:submit', 'command.list', 'query', false],
    ['command:*', 'command.list', 'query', true],
    ['command:read', 'command.read', 'query', true],
    ['command:read', 'command.changes', 'channel', true],
    ['command:read', 'command.download', 'download', true],
    ['command:read', 'command.submit', 'command', false],
    ['command:write', 'command.submit', 'command', true],
    ['*:read', 'server.list', 'query', true],
    ['*:read', 'server.rename', 'command', false],
    ['*', 'server.rename', 'command', true],
    ['server:*', 'server-token.create', 'command', false],
    ['command', 'command.list', 'query', false],
  ] as const)('%s for %s (%s): %s', (scope, endpoint, kind, is) =>
    expect(isInScope([scope], endpoint, kind)).toBe(is),
  )

  test('no scope covers nothing', () => {
    expect(isInScope([], 'command.list', 'query')).toBe(false)
  })
})
