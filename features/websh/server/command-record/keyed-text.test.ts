import { expect, test } from 'vitest'
import { filledFrom, isShownAs, lengthOfEnding, UNKNOWN } from './keyed-text.ts'
import { isPromptOf } from './prompts.ts'
import { corrected } from './zsh-correction.ts'

const masked = (count: number) => UNKNOWN.repeat(count)

test('keys that are not known are read from the screen, and nothing but them', () => {
  expect(filledFrom('echo hello', `ec${masked(8)}`)).toBe('echo hello')
  expect(filledFrom('echo a\nb', `echo${masked(4)}`)).toBe('echo a b')
  expect(filledFrom('    return 1', masked(12))).toBe('    return 1')
  expect(isShownAs('echo hallo', `echo h${masked(1)}llo`)).toBe(true)
  expect(filledFrom('echo e<0301> x', `echo${masked(5)}`)).toBe('echo e\u0301 x')
  expect(isShownAs('rm -rf x', `ec${masked(6)}`)).toBe(false)
  expect(isShownAs('echo longer', masked(4))).toBe(false)
})

test('a line that shows nothing of a key ends a blank earlier', () => {
  const isPrompt = isPromptOf(['$ '])
  expect(lengthOfEnding('$ ls', `l${masked(2)}`, isPrompt)).toBe(2)
  // A single key nobody knows is not the end of whatever stands there.
  expect(lengthOfEnding('ada@box:~$ ', masked(1), isPrompt)).toBeUndefined()
})

test('what zsh was told to correct ran corrected, and what it was told to leave ran not', () => {
  const asked = (answer: string) =>
    corrected('ehco a ehcoes', `zsh: correct 'ehco' to 'echo' [nyae]? ${answer}`)
  expect(asked('y')).toBe('echo a ehcoes')
  expect(asked('n')).toBe('ehco a ehcoes')
  expect(asked('a')).toBeNull()
  expect(asked('e')).toBeNull()
  expect(corrected('ehco', 'ehco: command not found')).toBeUndefined()
})
