import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlayerClock } from './player-clock.ts'

const known = (nextAt: number | null, end = 100_000) => ({ nextAt, goneTo: null, knownTo: end, end })

describe('PlayerClock', () => {
  it('moves with real time, times its speed', () => {
    const clock = new PlayerClock()
    clock.skipsIdle = false
    clock.play(0)
    expect(clock.advance(1000, known(2000))).toBe(1000)
    clock.setSpeed(16)
    expect(clock.advance(1500, known(20_000))).toBe(9000)
    clock.pause()
    expect(clock.advance(9999, known(20_000))).toBe(9000)
  })

  it('skips a stillness up to just before the screen moves, and only a long one', () => {
    const clock = new PlayerClock()
    clock.play(0)
    expect(clock.advance(10, known(60_000))).toBe(59_700)
    const short = new PlayerClock()
    short.play(0)
    expect(short.advance(10, known(1400))).toBe(10)
  })

  it('skips the stillness at the end, and shows it when told to', () => {
    const clock = new PlayerClock()
    clock.play(0)
    expect(clock.advance(10, known(null))).toBe(99_700)
    const patient = new PlayerClock()
    patient.skipsIdle = false
    patient.play(0)
    expect(patient.advance(10, known(null))).toBe(10)
  })

  it('waits where it does not know what comes', () => {
    const clock = new PlayerClock()
    clock.play(0)
    expect(clock.advance(5000, { nextAt: null, goneTo: null, knownTo: 700, end: 100_000 })).toBe(700)
  })

  it('never goes back nor beyond the end, and passes over no change of the screen unseen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5000), { maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(3000), fc.constantFrom(0.5, 1, 16), fc.boolean())),
        (gaps, ticks) => {
          let sum = 0
          const changes = gaps.map((gap) => (sum += gap))
          const end = sum + 4000
          const clock = new PlayerClock()
          clock.play(0)
          let now = 0
          for (const [passed, speed, skips] of ticks) {
            clock.setSpeed(speed)
            clock.skipsIdle = skips
            const before = clock.at
            const nextAt = changes.find((at) => at > before) ?? null
            const at = clock.advance((now += passed), { nextAt, goneTo: null, knownTo: end, end })
            expect(at).toBeGreaterThanOrEqual(before)
            expect(at).toBeLessThanOrEqual(end)
            // A skip alone never reaches the change it leads to.
            if (nextAt !== null && at > nextAt) expect(at).toBeLessThanOrEqual(before + passed * speed)
          }
        },
      ),
    )
  })
})
