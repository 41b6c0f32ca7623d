/**
 * Binary frames carry stream bytes: a 26-byte header, then the payload.
 *
 *   0      version (1)
 *   1      track: 1 stdout or terminal output, 2 stderr, 3 terminal input, 4 file content
 *   2–17   stream id, the 16 bytes of a UUID
 *   18–25  offset of the first payload byte in the stream, unsigned, big endian
 *
 * Terminal input alone goes from the server to the agent: stream id is the terminal's, offset counts the bytes of input
 * since it began. It is sent once and by no other way, so that keys are neither repeated nor late: what a lost link
 * swallowed is gone, and the count says how much. The agent takes a frame whose offset is what it has taken; of an
 * earlier one it passes over what it has; a later one it passes over whole.
 *
 * What the bytes of a stream mean belongs to the feature that owns its purpose. Where they are *pieces* that name
 * their own track (`command.output`), frames carry track 1 and may cut a piece anywhere.
 */
export const FRAME_VERSION = 1
export const FrameTrack = { output: 1, errors: 2, terminalInput: 3, file: 4 } as const
export const FRAME_HEADER_BYTES = 26
export const FRAME_PAYLOAD_BYTES_MAX = 64 * 1024

export interface Frame {
  readonly track: number
  /** UUID in its text form. */
  readonly stream: string
  readonly offset: number
  readonly payload: Uint8Array
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function encodeFrame({ track, stream, offset, payload }: Frame): Uint8Array {
  if (payload.length > FRAME_PAYLOAD_BYTES_MAX)
    throw new RangeError(`a frame carries at most ${FRAME_PAYLOAD_BYTES_MAX} bytes`)
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length)
  writeFrameHeader(bytes, { track, stream, offset })
  bytes.set(payload, FRAME_HEADER_BYTES)
  return bytes
}

/** For whoever has the payload in place already: writes the first 26 bytes. */
export function writeFrameHeader(bytes: Uint8Array, { track, stream, offset }: Omit<Frame, 'payload'>): void {
  bytes[0] = FRAME_VERSION
  bytes[1] = track
  const hex = stream.replaceAll('-', '')
  for (let i = 0; i < 16; i++) bytes[2 + i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16)
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(18, BigInt(offset))
}

/** @throws RangeError on a frame of another version, of impossible length, or with an offset beyond 2^53. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < FRAME_HEADER_BYTES) throw new RangeError('a frame is shorter than its header')
  if (bytes.length > FRAME_HEADER_BYTES + FRAME_PAYLOAD_BYTES_MAX)
    throw new RangeError('a frame is longer than allowed')
  if (bytes[0] !== FRAME_VERSION) throw new RangeError(`frame version ${bytes[0]} is not known here`)
  let hex = ''
  for (let i = 2; i < 18; i++) hex += HEX[bytes[i]!]
  const offset = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(18)
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a frame offset is beyond 2^53')
  const stream = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return { track: bytes[1]!, stream, offset: Number(offset), payload: bytes.subarray(FRAME_HEADER_BYTES) }
}
