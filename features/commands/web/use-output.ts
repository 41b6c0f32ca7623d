import { useEffect, useRef, useState } from 'react'
import { asRefused, type Refused } from '../../../base/web/client/refused.ts'
import type { CommandDetail, OutputPiece } from '../common/command.ts'
import { commands } from './client.ts'

export interface Output {
  /** Every piece so far, in order. The array grows in place; `version` says when. */
  readonly pieces: readonly OutputPiece[]
  readonly version: number
  /** The command as last heard of on the live stream. */
  readonly heard: CommandDetail | null
  readonly isRead: boolean
  readonly error: Refused | null
}

/** What a command printed: read first, then followed while more can come. */
export function useOutput(id: string): Output {
  const pieces = useRef<OutputPiece[]>([])
  /** Output below this byte offset is in `pieces`. */
  const reached = useRef(0)
  const [version, setVersion] = useState(0)
  const [reading, setReading] = useState(0)
  const [heard, setHeard] = useState<CommandDetail | null>(null)
  const [error, setError] = useState<Refused | null>(null)
  const [isRead, setRead] = useState(false)
  /** Where the live stream took over; null while reading, or when nothing more can come. */
  const [followAfter, setFollowAfter] = useState<number | null>(null)

  const take = (more: readonly OutputPiece[], next: number | null) => {
    if (next !== null) reached.current = next
    if (more.length === 0) return
    pieces.current.push(...more)
    setVersion((before) => before + 1)
  }

  // Another id, or another reading of the same, begins with nothing.
  useEffect(() => {
    const stop = new AbortController()
    pieces.current = []
    reached.current = 0
    setVersion(0)
    setHeard(null)
    setRead(false)
    setError(null)
    setFollowAfter(null)
    const read = async () => {
      for (;;) {
        const after = reached.current
        const page = await commands.read('command.output', after === 0 ? { id } : { id, after }, stop.signal)
        take(page.pieces, page.next)
        if (page.next !== null && page.pieces.length > 0) continue
        setRead(true)
        if (page.next !== null) setFollowAfter(page.next)
        return
      }
    }
    read().catch((cause) => {
      if (!stop.signal.aborted) setError(asRefused(cause))
    })
    return () => stop.abort()
  }, [id, reading])

  commands.useChannel('command.follow', followAfter === null ? null : { id, after: followAfter }, {
    resume: () => ({ id, after: reached.current }),
    message: ({ command, pieces: more, next }) => {
      setHeard(command)
      // The server began again from where this subscription started, since one's rights changed: so does this.
      if (more.length > 0 && more[0]!.offset < reached.current) return setReading((times) => times + 1)
      take(more, next)
      if (next === null) setFollowAfter(null)
    },
  })
  return { pieces: pieces.current, version, heard, isRead, error }
}
