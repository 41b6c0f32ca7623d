import { useEffect, useRef } from 'react'
import { useKeys } from '../keys.ts'
import { useGo } from '../parts/use-go.ts'
import type { NavSection } from './nav.ts'

const SECOND_KEY_WITHIN_MILLISECONDS = 1500

/** Ctrl K, ?, and G then a letter. */
export function useShellKeys(
  sections: readonly NavSection[],
  onPalette: () => void,
  onHelp: () => void,
): void {
  const go = useGo()
  const armedUntil = useRef(0)
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        onPalette()
      }
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  }, [onPalette])
  useEffect(() => {
    // Heard before the shortcuts of a list, so that the letter after G is not taken for one of them.
    const heard = (event: KeyboardEvent) => {
      if (performance.now() > armedUntil.current) return
      armedUntil.current = 0
      const item = sections
        .flatMap(({ items }) => items)
        .find(({ letter }) => letter === event.key.toLowerCase())
      if (item === undefined) return
      event.preventDefault()
      event.stopPropagation()
      go(item.to)
    }
    addEventListener('keydown', heard, { capture: true })
    return () => removeEventListener('keydown', heard, { capture: true })
  }, [sections, go])
  useKeys({
    g: () => {
      armedUntil.current = performance.now() + SECOND_KEY_WITHIN_MILLISECONDS
    },
    '?': onHelp,
  })
}
