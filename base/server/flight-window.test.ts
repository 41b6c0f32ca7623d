import { expect, test } from 'vitest'
import { FlightWindow } from './flight-window.ts'

const BYTES_MAX = 256 * 1024

/**
 * A way that takes so long there and back and carries so much; the sender always has more.
 * @returns the most that waited on it in the last second, in milliseconds, and the bytes of a second that it carried
 */
function flood({ roundTrip, rate, seconds }: { roundTrip: number; rate: number; seconds: number }) {
  const window = new FlightWindow(BYTES_MAX)
  const underWay: { end: number; at: number }[] = []
  let [sent, arrived, freeAt, waited, carried] = [0, 0, 0, 0, 0]
  for (let now = 0; now < seconds * 1000; now++) {
    while (underWay.length > 0 && underWay[0]!.at <= now) {
      const { end } = underWay.shift()!
      if (now >= (seconds - 1) * 1000) carried += end - arrived
      arrived = end
      window.arrived(arrived, now)
    }
    while (sent - arrived < window.bytes(now)) {
      window.sent(sent + 4096, sent - arrived, now)
      sent += 4096
      freeAt = Math.max(freeAt, now) + 4096 / rate
      if (now >= (seconds - 1) * 1000) waited = Math.max(waited, freeAt - now)
      underWay.push({ end: sent, at: freeAt + roundTrip })
    }
  }
  return { waited, carried }
}

test.each([
  { roundTrip: 1, rate: 5_000, waits: 80 },
  { roundTrip: 1, rate: 1_000, waits: 80 },
  { roundTrip: 40, rate: 4_000, waits: 80 },
  { roundTrip: 100, rate: 1_000, waits: 80 },
  { roundTrip: 100, rate: 200, waits: 120 },
])('a way of $roundTrip ms that carries $rate B/ms is kept busy, and little waits before it', (way) => {
  const { waited, carried } = flood({ ...way, seconds: 30 })
  expect(carried).toBeGreaterThan(way.rate * 1000 * 0.8)
  expect(waited).toBeLessThan(way.waits)
})

test('a way nothing is known of carries a little, and never more than the most', () => {
  const window = new FlightWindow(BYTES_MAX)
  expect(window.bytes(0)).toBe(32 * 1024)
  window.sent(1, 0, 0)
  window.arrived(1, 1)
  for (let now = 20; now < 200; now += 20) window.arrived(now * 1_000_000, now)
  expect(window.bytes(200)).toBe(BYTES_MAX)
})
