import { Button, Modal } from '@mantine/core'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'
import { screenText } from '../screen/open-screen.ts'
import { KeyRow } from './KeyRow.tsx'
import { type LiveOptions, type LiveState, LiveView } from './live-view.ts'
import './live.css'

const READ_MILLISECONDS = 500
/** Of a paste, before it is decided. */
const SHOWN_CHARACTERS = 4000

/** A terminal's screen for as long as the component is there. @returns null until it is made */
export function useLiveView(options: LiveOptions | null, key: string): LiveView | null {
  const [view, setView] = useState<LiveView | null>(null)
  const latest = useRef(options)
  latest.current = options
  const isThere = options !== null
  useEffect(() => {
    if (!isThere) return
    let made: LiveView | null = null
    let isGone = false
    // Cells are measured once: the type must be there before.
    void document.fonts.load('13px "Commit Mono"').finally(() => {
      if (isGone) return
      made = new LiveView(latest.current!)
      setView(made)
    })
    return () => {
      isGone = true
      made?.close()
      setView(null)
    }
  }, [isThere, key])
  return view
}

export const useLive = (view: LiveView): LiveState => useSyncExternalStore(view.listen, view.state)

/** The screen itself, what lies over it, what it asks, and a row of keys where there is no keyboard. */
export function LiveScreen({ view, children }: { view: LiveView; children?: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const { attached, asked } = useLive(view)
  useEffect(() => {
    view.open(box.current!)
    view.focus()
  }, [view])
  return (
    <>
      <section className="live-stage" aria-label="Terminal">
        <div ref={box} className={view.fits ? 'live-box' : 'live-box whole'} />
        <ScreenReading view={view} />
        {children}
      </section>
      {attached !== null && !attached.readOnly && <KeyRow view={view} />}
      {asked?.kind === 'paste' && (
        <Ask
          title={`Paste ${count(asked.paste.lines)} ${asked.paste.lines === 1 ? 'line' : 'lines'}?`}
          yes="Paste"
          decide={(isYes) => view.decide(isYes)}
        >
          <p className="dim">
            Each line can run as soon as it is pasted.
            {asked.paste.removed > 0 &&
              ` ${asked.paste.removed === 1 ? 'One control character is' : `${count(asked.paste.removed)} control characters are`} left out.`}
          </p>
          <div className="paste-text">
            {asked.paste.text
              .slice(0, SHOWN_CHARACTERS)
              .split(/\r\n|\r|\n/)
              .map((line, index) => (
                <VisibleText key={index} text={line} keepsTabs />
              ))}
          </div>
          {asked.paste.text.length > SHOWN_CHARACTERS && (
            <p className="faint">And {count(asked.paste.text.length - SHOWN_CHARACTERS)} more characters.</p>
          )}
        </Ask>
      )}
      {asked?.kind === 'link' && (
        <Ask title="Open this address?" yes="Open" decide={(isYes) => view.decide(isYes)}>
          <p className="dim">What runs in the terminal printed it. It opens in a new tab.</p>
          <pre className="paste-text">
            <VisibleText text={asked.address} />
          </pre>
        </Ask>
      )}
    </>
  )
}

interface AskProps {
  readonly title: string
  readonly yes: string
  readonly decide: (isYes: boolean) => void
  readonly children: React.ReactNode
}

export function Ask({ title, yes, decide, children }: AskProps) {
  return (
    <Modal opened onClose={() => decide(false)} title={title} size={560} returnFocus={false}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          decide(true)
        }}
      >
        {children}
        <div className="form-actions">
          <Button onClick={() => decide(false)}>Cancel</Button>
          <Button type="submit" variant="filled" data-autofocus>
            {yes}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** What stands on the screen, as text, for those who cannot see it. */
function ScreenReading({ view }: { view: LiveView }) {
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setInterval(() => setText(screenText(view.terminal)), READ_MILLISECONDS)
    return () => clearInterval(timer)
  }, [view])
  return (
    <pre className="sr-only screen-text" aria-live="off">
      {text}
    </pre>
  )
}
