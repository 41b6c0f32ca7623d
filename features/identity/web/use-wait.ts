import { useEffect, useState } from 'react'
import type { Refused } from '../../../base/web/client/refused.ts'

const WAIT = /Wait (\d+) s/

/** Seconds until the next attempt may be made, counted down; 0 when it may. */
export function useWait(refused: Refused | null): number {
  const said = refused?.status === 429 ? Number(WAIT.exec(refused.message)?.[1] ?? 0) : 0
  const until = refused === null ? 0 : refused.at + said * 1000
  const [, tick] = useState(0)
  const left = Math.max(0, Math.ceil((until - Date.now()) / 1000))
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => tick((count) => count + 1), 250)
    return () => clearTimeout(timer)
  })
  return left
}
