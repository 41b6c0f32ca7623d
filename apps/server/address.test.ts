import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { claimPort, localUrl } from './address.ts'

test('a port that is taken is refused by the name of its setting', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(claimPort('127.0.0.1', port)).rejects.toThrow(
    `Another program listens on 127.0.0.1:${port}. Stop it, or set ANNALS_PORT`,
  )
  other.close()
})

test('port 0 becomes a free one', async () => {
  expect(await claimPort('127.0.0.1', 0)).toBeGreaterThan(0)
})

test('an address of another machine is refused by the name of its setting', async () => {
  await expect(claimPort('192.0.2.1', 0)).rejects.toThrow(
    '192.0.2.1 is not an address of this machine. Set ANNALS_HOST',
  )
})

test('this machine reaches a server that listens everywhere by loopback', () => {
  expect(localUrl('0.0.0.0', 80)).toBe('http://127.0.0.1:80')
  expect(localUrl('::', 80)).toBe('http://[::1]:80')
  expect(localUrl('10.1.2.3', 80)).toBe('http://10.1.2.3:80')
})
