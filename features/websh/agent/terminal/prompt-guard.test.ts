import { expect, test, vi } from 'vitest'
import { PromptGuard } from './prompt-guard.ts'

function guarded() {
  vi.useFakeTimers()
  const typed: string[] = []
  const modes = { isCanonical: true, echoes: true }
  const program = { isBusy: false }
  let now = 0
  const guard = new PromptGuard({
    modes: () => modes,
    isBusy: () => program.isBusy,
    now: () => now,
    deliver: (bytes) => typed.push(`${Buffer.from(bytes)}${modes.echoes ? '' : ' unseen'}`),
  })
  const pass = (milliseconds: number) => {
    for (let each = 0; each < milliseconds; each++) {
      now++
      vi.advanceTimersByTime(1)
    }
  }
  return { guard, typed, modes, program, pass, [Symbol.dispose]: () => void vi.useRealTimers() }
}

test('keys that come between a prompt and the end of the echo wait for that end', () => {
  using given = guarded()
  const { guard, typed, modes, pass } = given
  guard.printed(Buffer.from('[sudo] \x1b[1mpassword\x1b[0m for '))
  guard.printed(Buffer.from('anna: '))
  guard.type(Buffer.from('sesame'))
  guard.type(Buffer.from('\r'))
  pass(100)
  expect(typed).toEqual([])
  modes.echoes = false
  pass(3)
  expect(typed).toEqual(['sesame unseen', '\r unseen'])
})

test('a question that goes on echoing gets its answer in a moment, in order', () => {
  using given = guarded()
  const { guard, typed, pass } = given
  guard.printed(Buffer.from('Really remove it? '))
  guard.type(Buffer.from('y'))
  guard.type(Buffer.from('\r'))
  pass(20)
  expect(typed).toEqual([])
  pass(25)
  expect(typed).toEqual(['y', '\r'])
  guard.printed(Buffer.from('Token: '))
  guard.type(Buffer.from('t'))
  pass(320)
  expect(typed.at(-1)).toBe('t')
})

test('a program that has not come to switching the echo off is waited for, but not for ever', () => {
  using given = guarded()
  const { guard, typed, modes, program, pass } = given
  program.isBusy = true
  guard.printed(Buffer.from('Who? '))
  guard.type(Buffer.from('me'))
  pass(1000)
  expect(typed).toEqual([])
  modes.echoes = false
  pass(3)
  expect(typed).toEqual(['me unseen'])
  modes.echoes = true
  guard.printed(Buffer.from('Who else? '))
  guard.type(Buffer.from('you'))
  pass(2010)
  expect(typed.at(-1)).toBe('you')
})

test.each([
  ['an echo', 'ls -l'],
  ['a shell', 'root@vm:~# '],
  ['a line that ended', 'Password:\r\n'],
])('nothing waits behind %s', (_what, output) => {
  using given = guarded()
  given.guard.printed(Buffer.from(output))
  given.guard.type(Buffer.from('k'))
  expect(given.typed).toEqual(['k'])
})

test('nothing waits where a line editor reads, or long after the prompt', () => {
  using given = guarded()
  const { guard, typed, modes, pass } = given
  guard.printed(Buffer.from('host: '))
  modes.isCanonical = false
  guard.type(Buffer.from('a'))
  modes.isCanonical = true
  guard.printed(Buffer.from('Password: '))
  pass(300)
  guard.type(Buffer.from('b'))
  expect(typed).toEqual(['a', 'b'])
})

test('Ctrl-C waits for no prompt, but not before keys that do', () => {
  using given = guarded()
  const { guard, typed, program, pass } = given
  program.isBusy = true
  guard.printed(Buffer.from('a log that stops at: '))
  guard.type(Buffer.from('\x03'))
  expect(typed).toEqual(['\x03'])
  guard.printed(Buffer.from('Password: '))
  guard.type(Buffer.from('sesame'))
  guard.type(Buffer.from('\x03'))
  pass(100)
  expect(typed).toEqual(['\x03'])
  pass(2000)
  expect(typed).toEqual(['\x03', 'sesame', '\x03'])
})
