import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Plate } from '../parts/Plate.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { Logo } from './Logo.tsx'
import './frame.css'

/** Before anything is known: nothing for 200 ms, then the mark. */
export function Boot() {
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <main className="boot" aria-busy="true" aria-label="Annals">
      {isShown && <Logo size={32} />}
    </main>
  )
}

/** The server does not answer at all. */
export function Unreachable({ message, onAgain }: { message: string; onAgain: () => void }) {
  return (
    <main className="boot">
      <Plate
        kind="error"
        title="Annals does not answer"
        actions={
          <Button variant="filled" onClick={onAgain}>
            Try again
          </Button>
        }
      >
        <p>
          <VisibleText text={message} />
        </p>
      </Plate>
    </main>
  )
}
