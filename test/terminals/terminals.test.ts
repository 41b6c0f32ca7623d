import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { directory, here, openPlain, recorded, start, startAgain, stop, Tab } from './machine.ts'

beforeAll(start)
afterAll(stop)

test('what is typed comes back, sizes take effect, and the record holds every byte that was shown', async () => {
  const { id, tab } = await openPlain(here.admin, { cols: 91, rows: 27 })
  tab.type('stty size\r')
  await tab.seen('27 91\r\n')
  tab.tell({ type: 'resize', cols: 120, rows: 40 })
  await tab.of('resize', ({ cols }) => cols === 120)
  tab.type('stty size; head -c 200000 /dev/urandom | od -A n -t x1; exit 5\r')
  expect(await tab.of('exit')).toEqual({ type: 'exit', code: 5, signal: null, reason: null })
  expect(await tab.closed).toBe(1000)
  expect(tab.output).toContain('40 120\r\n')

  const row = await here.admin.ask('terminal.read', { id })
  expect(row).toMatchObject({ status: 'ended', exitCode: 5, account: 'root', uid: 0, cols: 120, rows: 40 })
  expect((await recorded(id)).equals(Buffer.concat(tab.bytes))).toBe(true)
})

test('a closed tab leaves the shell running, and whoever comes back sees the screen as it is', async () => {
  const { id, tab } = await openPlain(here.admin)
  const gate = join(directory, 'closed-tab')
  const waits = `until [ -e ${gate} ]; do sleep 0.02; done`
  tab.type(`echo co""unt 1; ${waits}; for i in 2 3; do echo "count $i"; done; echo do""ne\r`)
  await tab.seen('count 1')
  tab.close()
  await tab.closed
  writeFileSync(gate, '')
  const again = await Tab.open({ id, flow: 'ack' }, here.admin.cookie)
  await again.of('screen')
  await again.seen('done\r\n')
  expect(again.output).toMatch(/count 1[\s\S]*count 2[\s\S]*count 3/)
  again.type('echo still he""re\r')
  await again.seen('still here')
  const second = await Tab.open({ id }, here.admin.cookie)
  await second.seen('still here')
  await second.of('people', ({ people }) => people.length === 2)
  await here.admin.tell('terminal.close', { id })
  await Promise.all([again.of('exit'), second.of('exit')])
})

test('a server that is killed loses nothing: the shell runs on, and its record goes on where it broke off', async () => {
  const { id, tab } = await openPlain(here.admin)
  const gate = join(directory, 'killed-server')
  const tick = 'i=$((i+1)); echo "tick $i"; sleep 0.1'
  tab.type(`i=0; until [ -e ${gate} ]; do ${tick}; done; echo ov""er $i\r`)
  await tab.seen('tick 3\r\n')
  await here.product.kill()
  await tab.closed
  await startAgain()
  const again = await Tab.open({ id }, here.admin.cookie)
  writeFileSync(gate, '')
  await again.seen(/over \d+\r\n/)
  again.type('exit\r')
  await again.of('exit')
  const viewers = await here.admin.ask('terminal.viewers', { id })
  expect(viewers.items.map(({ leaveReason }: { leaveReason: string | null }) => leaveReason)).toContain(
    'Annals was not running.',
  )
  const output = (await recorded(id)).toString()
  const ticks = Number(output.match(/^over (\d+)\r$/m)![1])
  expect(ticks).toBeGreaterThan(3)
  expect([...output.matchAll(/^tick (\d+)\r$/gm)].map(([, number]) => Number(number))).toEqual(
    Array.from({ length: ticks }, (_, index) => index + 1),
  )
})

test('a flood neither runs away nor holds up Ctrl-C', async () => {
  const { id, tab } = await openPlain(here.admin)
  tab.type('yes\r')
  await tab.seen('y\r\ny\r\ny\r\n')
  tab.type('\x03')
  tab.type('echo sto""pped\r')
  await tab.seen('stopped')
  await here.admin.tell('terminal.close', { id })
  await tab.closed
})

test('in strict terminals nothing is shown before it is on disk', async () => {
  await here.admin.tell('terminal.set-policy', { strict: true })
  const { id, tab } = await openPlain(here.admin)
  expect(await tab.of('attached')).toMatchObject({ strict: true })
  tab.type('echo str""ict; exit\r')
  await tab.seen('strict')
  await tab.of('exit')
  expect(await here.admin.ask('terminal.read', { id })).toMatchObject({ strict: true })
  await here.admin.tell('terminal.set-policy', { strict: false })
})
