import { useEffect, useRef } from 'react'

/** True while a person types, or a dialog or menu is on top: shortcuts are off then. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"]'))
    return true
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null
}

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

/**
 * Shortcuts while mounted, by `event.key`; letters are given in lower case, with `Shift+` before where shift counts.
 * Space and Enter stay with the button or link that has the focus.
 */
export function useKeys(keys: Keys, active = true): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!active) return
    const heard = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      const onControl = event.target instanceof Element && event.target.closest('a, button') !== null
      if (onControl && (event.key === 'Enter' || event.key === ' ')) return
      const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const isLetter = letter >= 'a' && letter <= 'z' && letter.length === 1
      const react = latest.current[event.shiftKey && isLetter ? `Shift+${letter}` : letter]
      if (react === undefined) return
      event.preventDefault()
      react(event)
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  }, [active])
}
