import { describe, expect, test } from 'vitest'
import { isCommon, isLike } from './common-passwords.ts'

describe('a password anyone would try', () => {
  test.each([
    ...['password', 'Password1', 'P@ssw0rd!', 'passw0rd123', '123password', 'qwertyuiop', 'Qwerty123!'],
    ...['12345678', '1234567890', '11111111', 'aaaaaaaa', 'abababab', 'abcdefgh', 'asdfghjkl', 'zxcvbnm1'],
    ...[
      'letmein1',
      'admin2026',
      'adminadmin',
      'Welcome2026!',
      'iloveyou!',
      'changeme',
      'correcthorsebatterystaple',
    ],
    ...[
      'qwerty1234',
      '1234qwer',
      'poiuytrewq',
      'football99',
      'secret-secret',
      '00000000',
      '!!!!!!!!',
      'ab123456',
    ],
  ])('is refused: %s', (password) => expect(isCommon(password)).toBe(true))

  test.each([
    ...['a fine long one', 'a password for stories', 'walrus lantern ninety', 'correct horse battery'],
    ...[
      'admin of a test product',
      'a member of a test product',
      'hunter2 hunter2',
      'Tr0ub4dor&3',
      'xkqjzwvy',
    ],
    ...['k3jh5-2kj3h-5kj2h-35kjh', 'пароль из слов', '密码密码很长', 'qwerty the walrus'],
  ])('is not this one: %s', (password) => expect(isCommon(password)).toBe(false))
})

describe('a password that is little more than a name', () => {
  test.each([
    ['mina.park', 'mina.park'],
    ['MinaPark1!', 'Mina Park'],
    ['parkmina2026', 'Mina Park'],
    ['M1naP4rk', 'Mina Park'],
    ['Harbour2026', 'Harbour'],
    ['minamina', 'mina'],
    ['Harbour2026!', 'Harbour'],
    ['@nn@2026!', 'Anna'],
    ['liwu2026', 'Li Wu'],
    ['1.mina.park.99!', 'Mina Park'],
  ])('is refused: %s of %s', (password, name) => expect(isLike(password, name)).toBe(true))

  test.each([
    ['mina keeps a walrus', 'Mina Park'],
    ['harbour lights at night', 'Harbour'],
    ['walrus lantern', 'mina'],
    ['anything at all', 'Al'],
    ['mina54321', 'mina'],
    ['li walks slowly', 'Li Wu'],
  ])('is not this one: %s of %s', (password, name) => expect(isLike(password, name)).toBe(false))
})
