import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { launchText, SCRIPT } from './launcher.ts'

const account = { name: 'ada', uid: 1000, gid: 1000, home: "/home/it's ada", shell: '/bin/sh' }

/** What a shell makes of the text. */
const evaluate = (text: string, print: string) =>
  execFileSync('/bin/sh', ['-c', `eval "$(cat)"; ${print}`], {
    input: text,
    env: { PATH: process.env['PATH'] },
  })

test('a line and values of any characters arrive as they were', () => {
  const letters = fc
    .string({ unit: 'binary', maxLength: 60 })
    .filter((text) => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(letters, letters, (line, value) => {
      const text = launchText(line, account, { GIVEN: value })
      expect(evaluate(text, 'printf "%s|%s|%s" "$annals_line" "$GIVEN" "$annals_home"').toString()).toBe(
        `${line}|${value}|${account.home}`,
      )
    }),
    { numRuns: 40 },
  )
})

test('cut anywhere, nothing of it is read', () => {
  const text = launchText('echo it ran', { ...account, home: '/' }, { A: "it's\nlong" })
  const launch = (given: string) => {
    const redirected = ['-c', `exec 3<&0 4>/dev/null; ${SCRIPT}`]
    const { status, stdout, stderr } = spawnSync('/bin/sh', redirected, { input: given })
    return { status, said: `${stdout}${stderr}` }
  }
  for (let length = 0; length < text.length - 1; length += 7) {
    expect(launch(text.slice(0, length))).toEqual({ status: 125, said: '' })
  }
  expect(launch(text)).toEqual({ status: 0, said: 'it ran\n' })
})

test('the environment is clean: what the account needs and what was given', () => {
  const names = [...launchText('true', account, { GIVEN: '1' }).matchAll(/^export (\w+)=/gm)].map(
    ([, name]) => name,
  )
  expect(names.sort()).toEqual(['GIVEN', 'HOME', 'LANG', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'])
})

test('what no process can be given is refused with a sentence', () => {
  expect(() => launchText('true', account, { 'A;reboot': '1' })).toThrow('cannot be the name of a variable')
  expect(() => launchText('true', account, { A: 'x\0y' })).toThrow('NUL')
  expect(() => launchText('a\0b', account, {})).toThrow('NUL')
  expect(() => launchText('true', account, { A: 'x'.repeat(200_000) })).toThrow('too long')
  const large = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`A${i}`, 'x'.repeat(30_000)]))
  expect(() => launchText('true', account, large)).toThrow('too large')
})
