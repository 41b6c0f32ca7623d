import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSecretBox, type SecretBox } from './secret-box.ts'

let directory: string
let box: SecretBox
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'annals-box-'))
  box = await openSecretBox(directory)
})
afterAll(() => rm(directory, { recursive: true }))

test('what was sealed opens again, also after a restart', async () => {
  const again = await openSecretBox(directory)
  fc.assert(
    fc.property(fc.string(), fc.string(), (plain, context) => {
      expect(again.open(box.seal(plain, context), context)).toBe(plain)
    }),
  )
})

test('another context, a changed byte and a cut tail do not open', () => {
  const sealed = box.seal('JBSWY3DPEHPK3PXP', 'totp mina')
  expect(() => box.open(sealed, 'totp theo')).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    expect(() => box.open(changed, 'totp mina')).toThrow()
  }
  expect(() => box.open(sealed.subarray(0, -1), 'totp mina')).toThrow()
})

test('equal texts have equal marks, of one context and one key only', async () => {
  const mark = box.mark('mina', 'name')
  expect(box.mark('mina', 'name')).toEqual(mark)
  const other = await mkdtemp(join(tmpdir(), 'annals-box-'))
  const others = [
    box.mark('theo', 'name'),
    box.mark('mina', 'address'),
    box.mark('ina', 'namem'),
    (await openSecretBox(other)).mark('mina', 'name'),
  ]
  for (const each of others) expect(each).not.toEqual(mark)
  await rm(other, { recursive: true })
})

test('only its owner reads the key, and a damaged one is named', async () => {
  const path = join(directory, 'secrets.key')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const other = await mkdtemp(join(tmpdir(), 'annals-box-'))
  await writeFile(join(other, 'secrets.key'), 'short')
  await expect(openSecretBox(other)).rejects.toThrow('secrets.key is not a key')
  await rm(other, { recursive: true })
})
