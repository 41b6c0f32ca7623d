import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Identity, identityOf, joinClaims } from './claims.ts'
import { roleOf } from './synchronize.ts'

const wanted = {
  usernameClaim: 'preferred_username',
  groupsClaim: 'groups',
  rolesClaim: 'realm_access.roles',
}
const read = (claims: object, more: object = {}) =>
  identityOf('https://login.example.com', { sub: 'x', ...claims }, { ...wanted, ...more }) as Identity

describe('claims', () => {
  test.each([
    ['mina', 'mina'],
    ['Mina.Park@example.com', 'mina.park'],
    [' mina ', 'mina'],
    ['', undefined],
    ['@example.com', undefined],
    ['-rf', undefined],
    ['mina park', undefined],
    ['мина', undefined],
    ['x'.repeat(64), undefined],
    [42, undefined],
    [['mina'], undefined],
    [undefined, undefined],
  ])('make of %j the username %j', (preferred_username, username) => {
    expect(read({ preferred_username }).username).toBe(username)
  })

  test.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['a', ['a']],
    [undefined, []],
    [null, []],
    [[1, 'a', null, ['b'], {}], ['a']],
    [{ a: 1 }, []],
  ])('read %j as the values %j', (groups, values) => {
    expect(read({ groups }).groups).toEqual(values)
  })

  test('are found by a path, or by a name that has dots itself', () => {
    expect(read({ realm_access: { roles: ['a'] } }).roles).toEqual(['a'])
    expect(read({ 'realm_access.roles': ['b'], realm_access: { roles: ['a'] } }).roles).toEqual(['b'])
    expect(read({}, { rolesClaim: 'constructor.name' }).roles).toEqual([])
    expect(read({}, { rolesClaim: '__proto__.x' }).roles).toEqual([])
  })

  test('that the provider keeps elsewhere, or that are too many, are not taken for none', () => {
    expect(read({ _claim_names: { groups: 'src1' } })).toBe('groups or roles not sent')
    expect(read({ groups: Array.from({ length: 2001 }, (_, n) => `g${n}`) })).toBe('claims too large')
  })

  test('of an address count only with the word of whoever said the address', () => {
    const address = { email: 'a@example.com' }
    const verified = { ...address, email_verified: true }
    const of = (token: object, info: object) => read(joinClaims({ ...token }, { ...info })).email
    expect(of(verified, {})).toBe('a@example.com')
    expect(of({}, verified)).toBe('a@example.com')
    expect(of(address, verified)).toBeUndefined()
    expect(of({ email_verified: true }, address)).toBeUndefined()
    expect(of(verified, { email: 'b@example.com', email_verified: true })).toBe('a@example.com')
    for (const email of ['a b@example.com', 'a@b@c', 'a@\n', 'x', 7])
      expect(of({ ...verified, email }, {})).toBeUndefined()
  })

  test('of how somebody signed in are the token’s alone', () => {
    const joined = joinClaims({ sub: 'x' }, { sub: 'x', amr: ['mfa'], acr: 'phr', auth_time: 1 })
    expect(read(joined)).toMatchObject({ usedSecondFactor: false, provenAt: undefined })
    expect(read({ amr: 'mfa' }).usedSecondFactor).toBe(false)
    expect(read({ amr: ['pwd', 'otp'] }).usedSecondFactor).toBe(false)
    expect(read({ amr: ['mfa'] }).usedSecondFactor).toBe(true)
  })

  test('of any shape are read without a mistake', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (claims, any) => {
        const read_ = identityOf(
          'https://x',
          { ...claims, sub: 'x', groups: any, name: any, realm_access: any },
          wanted,
        )
        if (typeof read_ === 'string') return
        expect([...read_.groups, ...read_.roles].every((value) => typeof value === 'string')).toBe(true)
        expect(read_.name === undefined || (read_.name.length > 0 && !/\p{Cc}/u.test(read_.name))).toBe(true)
      }),
    )
  })
})

test('of several roles the one that may do most counts; without one the default; without that none', () => {
  const settings = {
    rolesClaim: 'roles',
    roles: [
      { value: 'm', role: 'member' as const },
      { value: 'a', role: 'admin' as const },
      { value: 'o', role: 'auditor' as const },
    ],
    defaultRole: 'member' as const,
  }
  expect(roleOf({ roles: ['m', 'o', 'a'] }, settings)).toBe('admin')
  expect(roleOf({ roles: ['o', 'm'] }, settings)).toBe('auditor')
  expect(roleOf({ roles: ['A'] }, settings)).toBe('member')
  expect(roleOf({ roles: [] }, { ...settings, defaultRole: null })).toBeUndefined()
  expect(roleOf({ roles: ['a'] }, { ...settings, rolesClaim: null })).toBeNull()
})
