import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentLink } from '../../../../wire/server/agent-link.ts'
import { Typing } from './typing.ts'

/** An agent's end: takes what follows what it has, as the wire says. */
function agent() {
  let taken = Buffer.alloc(0)
  let isUp = true
  const link = {
    typeInto: (_terminal: string, offset: number, bytes: Uint8Array) => {
      if (isUp && offset === taken.length) taken = Buffer.concat([taken, bytes])
    },
  } as unknown as AgentLink
  return {
    link,
    get taken() {
      return taken
    },
    /** The link breaks: what is sent from here on arrives nowhere. */
    cut: () => {
      isUp = false
    },
    mend: () => {
      isUp = true
    },
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant('type' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 40_000 }) }),
  fc.record({ do: fc.constant('cut' as const) }),
  fc.record({ do: fc.constant('notice' as const) }),
  fc.record({ do: fc.constant('mend' as const) }),
)

test('every key arrives once and in order, or is counted as lost', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const typing = new Typing('01900000-0000-7000-8000-000000000001')
      const machine = agent()
      let expected = 0
      typing.started(machine.link)
      for (const each of steps) {
        if (each.do === 'type' && typing.type(Buffer.from(each.bytes)) === undefined)
          expected += each.bytes.length
        if (each.do === 'cut') machine.cut()
        if (each.do === 'notice') typing.unlinked()
        if (each.do === 'mend') {
          machine.mend()
          expected -= typing.linked(machine.link, machine.taken.length)
        }
        typing.taken(machine.taken.length)
      }
      machine.mend()
      expected -= typing.linked(machine.link, machine.taken.length)
      expect(machine.taken.length).toBe(expected)
    }),
    { numRuns: 200 },
  )
})

test('what is typed before the shell is there waits for it, within bounds', () => {
  const typing = new Typing('01900000-0000-7000-8000-000000000001')
  const machine = agent()
  expect(typing.type(Buffer.from('ls\r'))).toBeUndefined()
  expect(typing.type(Buffer.alloc(20_000))).toMatch(/not started/)
  expect(typing.started(machine.link)).toBe(0)
  expect(machine.taken.toString()).toBe('ls\r')
  typing.unlinked()
  expect(typing.type(Buffer.from('x'))).toMatch(/not linked/)
})

test('what was typed before the shell was there is not lost when a link tells of the terminal before its start is told', () => {
  const typing = new Typing('01900000-0000-7000-8000-000000000001')
  const machine = agent()
  expect(typing.type(Buffer.from('uptime\r'))).toBeUndefined()
  expect(typing.linked(machine.link, 0)).toBe(0)
  expect(typing.started(machine.link)).toBe(0)
  expect(machine.taken.toString()).toBe('uptime\r')
})
