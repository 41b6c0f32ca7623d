import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReportOrder } from './report-order.ts'

test('numbers that come in order are taken, and what came before is skipped', () => {
  const order = new ReportOrder(5)
  expect(order.place(5)).toEqual({ do: 'skip' })
  expect(order.place(6)).toEqual({ do: 'take', from: 6 })
  expect(order.place(6)).toEqual({ do: 'skip' })
  expect(order.place(7)).toEqual({ do: 'take', from: 7 })
})

test('a gap is asked for once, and what was under way meanwhile is passed over', () => {
  const order = new ReportOrder(0)
  expect(order.place(3)).toEqual({ do: 'resend', expected: 1 })
  expect(order.place(4)).toEqual({ do: 'skip' })
  expect(order.place(1)).toEqual({ do: 'take', from: 1 })
  expect(order.place(2)).toEqual({ do: 'take', from: 2 })
  expect(order.place(3)).toEqual({ do: 'take', from: 3 })
})

test('an agent that goes back as far as it can leaves the rest as a gap', () => {
  const order = new ReportOrder(0)
  order.place(7)
  order.place(8)
  expect(order.place(5)).toEqual({ do: 'take', from: 5, missing: { from: 1, to: 4 } })
  expect(order.place(6)).toEqual({ do: 'take', from: 6 })
})

test('a hole stands in for every number due up to its own', () => {
  const order = new ReportOrder(4)
  expect(order.place(9, { from: 3, to: 9 })).toEqual({ do: 'take', from: 5 })
  expect(order.place(10)).toEqual({ do: 'take', from: 10 })
})

test('a hole that begins beyond the number due is itself a gap', () => {
  const order = new ReportOrder(4)
  expect(order.place(9, { from: 7, to: 9 })).toEqual({ do: 'resend', expected: 5 })
})

test('an agent that never answers does not hold up its reports for ever', () => {
  const order = new ReportOrder(0)
  order.place(3)
  order.stopWaiting()
  expect(order.place(4)).toEqual({ do: 'take', from: 4, missing: { from: 1, to: 3 } })
})

test('whatever arrives, each number is taken at most once and in ascending order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 200 }), (numbers) => {
      const order = new ReportOrder(0)
      let last = 0
      for (const n of numbers) {
        const placed = order.place(n)
        if (placed.do !== 'take') continue
        expect(placed.from).toBe(placed.missing ? placed.missing.to + 1 : last + 1)
        if (placed.missing) expect(placed.missing.from).toBe(last + 1)
        expect(n).toBeGreaterThan(last)
        last = n
      }
    }),
  )
})

test('an agent that obeys loses nothing, however often the link drops what is under way', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 }), (jumps) => {
      const order = new ReportOrder(0)
      const taken: number[] = []
      let at = 1
      const send = () => {
        const placed = order.place(at)
        if (placed.do === 'resend') {
          at = placed.expected
          return
        }
        if (placed.do === 'take') taken.push(at)
        expect(placed).not.toHaveProperty('missing')
        at++
      }
      for (const jump of jumps) {
        if (!order.isWaiting) at += jump
        for (let i = 0; i < 5; i++) send()
      }
      expect(taken).toEqual(taken.map((_, index) => index + 1))
    }),
  )
})
