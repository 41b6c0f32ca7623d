import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bearerOf, hashOf, isSecret, newSecret } from './secret.ts'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('a secret', () => {
  test('says what it is, and no two are alike', () => {
    const all = Array.from({ length: 500 }, (_, n) => newSecret(n % 2 ? 'personal' : 'service'))
    expect(new Set(all).size).toBe(500)
    for (const secret of all) expect(secret).toMatch(/^annals_(pat|svc)_[0-9A-Za-z]{49}$/)
    expect(newSecret('personal')).toMatch(/^annals_pat_/)
    expect(newSecret('service')).toMatch(/^annals_svc_/)
  })

  test('uses every letter in every place, so that it holds the 256 bits it promises', () => {
    const places = Array.from({ length: 43 }, () => new Set<string>())
    for (let n = 0; n < 3000; n++)
      for (const [place, letter] of [...newSecret('personal').slice(11, 54)].entries())
        places[place]!.add(letter)
    expect(43 * Math.log2(letters.length)).toBeGreaterThan(256)
    expect(places.map((seen) => seen.size)).toEqual(places.map(() => letters.length))
  })

  test('with any one letter changed, left out or added is none', () => {
    const letter = fc.constantFrom(...letters)
    fc.assert(
      fc.property(fc.nat(59), letter, (place, other) => {
        const secret = newSecret('personal')
        const changed = secret.slice(0, place) + other + secret.slice(place + 1)
        const shorter = secret.slice(0, place) + secret.slice(place + 1)
        const longer = secret.slice(0, place) + other + secret.slice(place)
        return (changed === secret || !isSecret(changed)) && !isSecret(shorter) && !isSecret(longer)
      }),
    )
  })

  test('has a hash of its own', () => {
    const secret = newSecret('personal')
    expect(hashOf(secret)).toHaveLength(32)
    expect(hashOf(secret).equals(hashOf(newSecret('personal')))).toBe(false)
  })
})

describe('bearerOf', () => {
  const secret = newSecret('service')

  test.each([`Bearer ${secret}`, `bearer ${secret}`, `BEARER  ${secret}`, `Bearer\t${secret} `])(
    'reads %s',
    (header) => expect(bearerOf(header)).toBe(secret),
  )

  test.each([undefined, '', 'Basic YTpi', 'Digest x', secret, `Token ${secret}`, `Bearertoken ${secret}`])(
    'leaves %s to others',
    (header) => expect(bearerOf(header)).toBeUndefined(),
  )

  test.each([
    'Bearer',
    'Bearer ',
    `Bearer ${secret}x`,
    `Bearer ${secret}, Bearer ${secret}`,
    `Bearer ${secret} ${secret}`,
    `Bearer "${secret}"`,
    `Bearer ${secret}\0`,
    `Bearer ${encodeURIComponent(`${secret}=`)}`,
    `Bearer ${'a'.repeat(100_000)}`,
    'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x',
    "Bearer ' or 1=1 --",
  ])('refuses %s', (header) => expect(bearerOf(header)).toBeNull())

  test('takes nothing that was not made here, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (noise) => {
        expect(bearerOf(noise) ?? null).toBeNull()
        expect(bearerOf(`Bearer ${noise}`) ?? null).toBeNull()
        expect(bearerOf(`Bearer annals_pat_${noise}`) ?? null).toBeNull()
      }),
    )
  })
})
