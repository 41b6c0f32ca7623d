import { describe, expect, it } from 'vitest'
import { returnAddress } from './return-address.ts'

describe('returnAddress', () => {
  it('keeps an address of the console, with its filters', () => {
    expect(returnAddress('/commands?status=Failed&open=1')).toBe('/commands?status=Failed&open=1')
  })

  it.each([undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/sign-in?to=/x'])(
    'goes home instead of to %s',
    (to) => expect(returnAddress(to)).toBe('/'),
  )
})
