import { useEffect, useRef, useState } from 'react'
import type { Refused } from '../../../base/web/client/refused.ts'
import { asRefused } from '../../../base/web/client/refused.ts'
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

const keyOf = (piece: OutputPiece) => `${piece.kind} ${piece.offset}`

/** What a command printed: read first, then followed while more can come. */
export function useOutput(id: string): Output {
  const pieces = useRef<OutputPiece[]>([])
  const known = useRef(new Set<string>())
  const [version, setVersion] = useState(0)
  const [heard, setHeard] = useState<CommandDetail | null>(null)
  const [error, setError] = useState<Refused | null>(null)
  /** Where the live stream takes over; null while reading, or when nothing more can come. */
  const [followAfter, setFollowAfter] = useState<number | null>(null)
  const [isRead, setRead] = useState(false)

  const take = (more: readonly OutputPiece[]) => {
    const fresh = more.filter((piece) => !known.current.has(keyOf(piece)))
    if (fresh.length === 0) return
    for (const piece of fresh) known.current.add(keyOf(piece))
    pieces.current.push(...fresh)
    setVersion((before) => before + 1)
  }

  useEffect(() => {
    const stop = new AbortController()
    pieces.current = []
    known.current = new Set()
    setHeard(null)
    setRead(false)
    setError(null)
    setFollowAfter(null)
    const read = async () => {
      let after: number | null = 0
      for (;;) {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(id, after, stop.signal)
        take(page.pieces)
        const next: number | null = page.next
        if (next === null || page.pieces.length === 0) {
          setRead(true)
          if (!page.complete) setFollowAfter(next ?? after)
          return
        }
        after = next
      }
    }
    read().catch((cause) => {
      if (!stop.signal.aborted) setError(asRefused(cause))
    })
    return () => stop.abort()
  }, [id])

  commands.useChannel('command.follow', followAfter === null ? null : { id, after: followAfter }, {
    message: ({ command, pieces: more }) => {
      setHeard(command)
      take(more)
    },
  })
  return { pieces: pieces.current, version, heard, isRead, error }
}

const readPage = (id: string, after: number, signal: AbortSignal) =>
  commands.read('command.output', after === 0 ? { id } : { id, after }, signal)
