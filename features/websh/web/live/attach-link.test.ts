import { describe, expect, it } from 'vitest'
import { Refused } from '../../../../base/web/client/refused.ts'
import { AttachLink, type AttachSocket, type AttachState } from './attach-link.ts'

/** A link whose clock and sockets are moved by hand. */
function stand(address: (attempt: number) => Promise<string> = async () => 'ws://here') {
  const sockets: (AttachSocket & { sent: (string | Uint8Array)[]; isClosed: boolean; readyState: number })[] =
    []
  const timers: { react: () => void; milliseconds: number; isOff: boolean }[] = []
  const states: AttachState[] = []
  const undrawn: (() => void)[] = []
  const link = new AttachLink({
    address,
    open: () => {
      const socket = {
        binaryType: '',
        readyState: 1,
        sent: [] as (string | Uint8Array)[],
        isClosed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        send(data: string | Uint8Array) {
          socket.sent.push(data)
        },
        close() {
          socket.isClosed = true
        },
      }
      sockets.push(socket)
      return socket
    },
    now: () => 1000,
    setTimer: (react, milliseconds) => {
      const timer = { react, milliseconds, isOff: false }
      timers.push(timer)
      return () => {
        timer.isOff = true
      }
    },
    pauses: { next: () => 500, reset: () => {} },
    changed: (state) => states.push(state),
    told: () => {},
    printed: (_bytes, drawn) => undrawn.push(drawn),
  })
  const tell = (socket: AttachSocket, message: unknown) =>
    socket.onmessage?.({ data: JSON.stringify(message) })
  const due = () => {
    for (const timer of timers.splice(0)) if (!timer.isOff) timer.react()
  }
  return { link, sockets, states, undrawn, tell, due }
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const attached = { type: 'attached', viewerId: 'v', readOnly: false }

describe('AttachLink', () => {
  it('says that nobody sees it, also to a connection that comes after, and that somebody does again', async () => {
    const { link, sockets, tell, due } = stand()
    const away = (socket: { sent: (string | Uint8Array)[] }) =>
      socket.sent.filter((said) => String(said).includes('away')).map((said) => JSON.parse(String(said)).away)
    link.start()
    await settled()
    tell(sockets[0]!, attached)
    link.away(true)
    expect(away(sockets[0]!)).toEqual([true])
    sockets[0]!.onclose?.({ code: 1006, reason: '' })
    due()
    await settled()
    tell(sockets[1]!, attached)
    link.away(false)
    expect(away(sockets[1]!)).toEqual([true, false])
  })

  it('comes back after a loss, and types only while it is attached', async () => {
    const { link, sockets, states, tell, due } = stand()
    link.start()
    await settled()
    expect(link.type(new Uint8Array([1]))).toBe(false)
    tell(sockets[0]!, attached)
    expect(link.type(new Uint8Array([1]))).toBe(true)
    sockets[0]!.onclose?.({ code: 1006, reason: '' })
    expect(link.state).toEqual({ at: 'lost', lostAt: 1000, attempt: 1 })
    expect(link.type(new Uint8Array([1]))).toBe(false)
    due()
    await settled()
    tell(sockets[1]!, attached)
    expect(states.at(-1)).toEqual({ at: 'open' })
  })

  it('says how much is drawn of this connection, and of no earlier one', async () => {
    const { link, sockets, undrawn, tell, due } = stand()
    link.start()
    await settled()
    tell(sockets[0]!, attached)
    sockets[0]!.onmessage?.({ data: new ArrayBuffer(100) })
    sockets[0]!.onclose?.({ code: 1006, reason: '' })
    due()
    await settled()
    tell(sockets[1]!, attached)
    sockets[1]!.onmessage?.({ data: new ArrayBuffer(7) })
    for (const drawn of undrawn) drawn()
    expect(sockets[1]!.sent).toEqual(['{"type":"ack","bytes":7}'])
  })

  it('acknowledges in steps while more is on its way, and all of it at the end', async () => {
    const { link, sockets, undrawn, tell } = stand()
    link.start()
    await settled()
    tell(sockets[0]!, attached)
    for (let times = 0; times < 5; times++) sockets[0]!.onmessage?.({ data: new ArrayBuffer(5000) })
    for (const drawn of undrawn) drawn()
    expect(sockets[0]!.sent).toEqual(['{"type":"ack","bytes":20000}', '{"type":"ack","bytes":25000}'])
  })

  it('stays away once it has ended or one had to leave', async () => {
    for (const [message, at] of [
      [{ type: 'exit', code: 3, signal: null, reason: null }, 'ended'],
      [{ type: 'leave', code: 'terminal.share_gone', message: 'The share has ended.' }, 'left'],
    ] as const) {
      const { link, sockets, tell, due } = stand()
      link.start()
      await settled()
      tell(sockets[0]!, message)
      sockets[0]!.onclose?.({ code: 1000, reason: '' })
      due()
      await settled()
      expect([link.state.at, sockets.length]).toEqual([at, 1])
    }
  })

  it('tries again when the server does not answer, and gives up when it refuses', async () => {
    let answer: Error = new Refused('client.unreachable', 0, 'down')
    const { link, due, sockets } = stand(async () => {
      throw answer
    })
    link.start()
    await settled()
    expect(link.state.at).toBe('lost')
    answer = new Refused('request.not_found', 404, 'There is no such terminal.')
    due()
    await settled()
    expect(link.state).toEqual({ at: 'left', message: 'There is no such terminal.' })
    expect(sockets).toEqual([])
  })

  it('gives a silent connection up', async () => {
    const { link, sockets, tell, due } = stand()
    link.start()
    await settled()
    tell(sockets[0]!, attached)
    due()
    expect(sockets[0]!.sent).toEqual(['{"type":"ping"}'])
    due()
    expect(sockets[0]!.isClosed).toBe(true)
  })

  it('cuts a long paste into frames', async () => {
    const { link, sockets, tell } = stand()
    link.start()
    await settled()
    tell(sockets[0]!, attached)
    link.type(new Uint8Array(150_000))
    expect(sockets[0]!.sent.map((frame) => frame.length)).toEqual([65_536, 65_536, 18_928])
  })
})
