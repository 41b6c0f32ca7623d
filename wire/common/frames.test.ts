import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES, FRAME_PAYLOAD_BYTES_MAX } from './frames.ts'

interface ValidFrame {
  readonly hex: string
  readonly track: number
  readonly stream: string
  readonly offset: number
  readonly payloadHex: string
}
const fixtures: { valid: Record<string, ValidFrame>; invalid: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../fixtures/frames.json', import.meta.url), 'utf8'),
)

test('every fixture reads as it says and is written as it is', () => {
  for (const { hex, payloadHex, ...head } of Object.values(fixtures.valid)) {
    const { payload, ...rest } = decodeFrame(Buffer.from(hex, 'hex'))
    expect({ ...rest, payloadHex: Buffer.from(payload).toString('hex') }).toEqual({ ...head, payloadHex })
    expect(
      Buffer.from(encodeFrame({ ...head, payload: Buffer.from(payloadHex, 'hex') })).toString('hex'),
    ).toBe(hex)
  }
})

test('every invalid fixture is refused with a RangeError', () => {
  for (const hex of Object.values(fixtures.invalid)) {
    expect(() => decodeFrame(Buffer.from(hex, 'hex'))).toThrow(RangeError)
  }
})

test('any frame survives being written and read', () => {
  const frame = fc.record({
    track: fc.integer({ min: 0, max: 255 }),
    stream: fc.uuid(),
    offset: fc.nat(Number.MAX_SAFE_INTEGER),
    payload: fc.uint8Array({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(frame, (given) => {
      expect(decodeFrame(encodeFrame(given))).toEqual(given)
    }),
  )
})

test('random bytes are a frame or a RangeError, and never take more than they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(decodeFrame(bytes).payload.buffer).toBe(bytes.buffer)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})

test('a frame longer than allowed is neither written nor read', () => {
  const payload = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX + 1)
  const stream = '0199a5f0-0000-7000-8000-00000000000a'
  expect(() => encodeFrame({ track: 1, stream, offset: 0, payload })).toThrow(RangeError)
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length)
  bytes[0] = 1
  expect(() => decodeFrame(bytes)).toThrow(RangeError)
})
