import { Switch } from '@mantine/core'
import { useCallback, useRef, useState } from 'react'
import { useKeys } from '../keys.ts'
import { prefer, usePreferences } from '../preferences.ts'
import { count } from '../time.ts'

/** Whether rows that come are let in at once: while one follows and stands at the top, and nowhere else. */
export function useTakesNew() {
  const { follow } = usePreferences()
  const isAtTop = useRef(true)
  const followed = useRef(follow)
  followed.current = follow
  const takesNew = useCallback(() => followed.current && isAtTop.current, [])
  const onScrolled = useCallback((top: boolean) => {
    isAtTop.current = top
  }, [])
  return { takesNew, onScrolled }
}

/** Lets the rows that wait in and goes to the top of the list, which moves there whenever `topToken` changes. */
export function useShowNew(letIn: () => void) {
  const [topToken, setTopToken] = useState(0)
  const showNew = () => {
    letIn()
    setTopToken((token) => token + 1)
  }
  useKeys({ '.': showNew })
  return { topToken, showNew }
}

export function FollowSwitch({ showNew }: { showNew: () => void }) {
  const { follow } = usePreferences()
  return (
    <Switch
      size="xs"
      className="wide"
      label="Follow"
      checked={follow}
      onChange={(event) => {
        prefer({ follow: event.currentTarget.checked })
        if (event.currentTarget.checked) showNew()
      }}
    />
  )
}

/** How many rows wait; nothing where none do. */
export function NewPill({ of, showNew }: { of: number; showNew: () => void }) {
  return of === 0 ? null : (
    <button type="button" className="pill num" onClick={showNew}>
      {count(of)} new
    </button>
  )
}
