import { describe, expect, it } from 'vitest'
import { barHeights, idleStretches, neighbour, timeOf } from './time-line.ts'

describe('the time line', () => {
  it('finds where nothing was printed for long, up to the end', () => {
    expect(idleStretches([5, 0, 0, 0, 7, 0, 0], 35_000)).toEqual([
      { from: 5000, to: 20_000 },
      { from: 25_000, to: 35_000 },
    ])
    expect(idleStretches([5, 0, 7], 3000)).toEqual([])
    expect(idleStretches([], 0)).toEqual([])
  })

  it('keeps small bars in sight beside a flood', () => {
    const [none, small, flood] = barHeights([0, 50, 5_000_000])
    expect([none, flood]).toEqual([0, 1])
    expect(small).toBeGreaterThan(0.2)
    expect(barHeights([0, 0])).toEqual([0, 0])
  })

  it('finds the next and the previous moment, not the one it stands on', () => {
    expect([neighbour([10, 20, 30], 20, 1), neighbour([10, 20, 30], 20, -1)]).toEqual([30, 10])
    expect([neighbour([10], 10, 1), neighbour([10], 5, -1)]).toEqual([undefined, undefined])
  })

  it('reads the time of an address, whatever stands there', () => {
    expect([timeOf('12.5'), timeOf('x'), timeOf('-4'), timeOf(undefined), timeOf('1e999')]).toEqual([
      12_500, 0, 0, 0, 0,
    ])
  })
})
