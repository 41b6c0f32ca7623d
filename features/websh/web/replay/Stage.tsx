import { Loader } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'
import { fitScreen } from '../screen/fit-screen.ts'
import { screenText } from '../screen/open-screen.ts'
import { Gone } from './Gone.tsx'
import { type Replay, usePlayer } from './use-replay.ts'

const marks = {
  matchBackground: '#6b4f13',
  matchOverviewRuler: '#e0ab52',
  activeMatchBackground: '#8f6206',
  activeMatchBorder: '#e0ab52',
  activeMatchColorOverviewRuler: '#e0ab52',
}

/** The recorded screen, always dark, as large as it fits. */
export function Stage({ replay, find }: { replay: Replay; find: string }) {
  const box = useRef<HTMLDivElement>(null)
  const inner = useRef<HTMLDivElement>(null)
  const reading = useRef<HTMLPreElement>(null)
  const { columns, rows, at, end, isPlaying, isBusy, masked, lost, removed, error } = usePlayer(replay)
  const { terminal, search } = replay
  useEffect(() => {
    replay.open(inner.current!)
    const fit = () => {
      const scale = fitScreen(terminal, box.current!)
      inner.current!.style.transform = scale < 1 ? `scale(${scale})` : ''
    }
    const observer = new ResizeObserver(fit)
    observer.observe(box.current!)
    const resized = terminal.onResize(() => requestAnimationFrame(fit))
    const read = setInterval(() => {
      if (reading.current !== null) reading.current.textContent = screenText(terminal)
    }, 500)
    const copied = (event: ClipboardEvent) => {
      if (!terminal.hasSelection() || getSelection()?.toString()) return
      event.clipboardData?.setData('text/plain', terminal.getSelection())
      event.preventDefault()
    }
    document.addEventListener('copy', copied)
    return () => {
      observer.disconnect()
      resized.dispose()
      clearInterval(read)
      document.removeEventListener('copy', copied)
    }
  }, [replay, terminal])
  // What is looked for is marked where the picture stands still.
  useEffect(() => {
    if (find === '' || isPlaying || isBusy) search.clearDecorations()
    else {
      const timer = setTimeout(() => search.findNext(find, { decorations: marks }), 60)
      return () => clearTimeout(timer)
    }
  }, [search, find, isPlaying, isBusy, at])
  return (
    <section className="screen" ref={box} aria-label={`Recorded terminal, ${columns} by ${rows}`}>
      <div ref={inner} className={removed === null ? 'screen-inner' : 'screen-inner gone'} />
      <pre ref={reading} className="sr-only screen-text" aria-live="off" />
      {isBusy && (
        <span className="screen-busy">
          <Loader size={18} color="gray" />
        </span>
      )}
      {masked !== null && (
        <span className="screen-chip">
          {count(masked.keys)} {masked.keys === 1 ? 'key' : 'keys'} not shown
        </span>
      )}
      {lost !== null && <span className="screen-chip bad">{count(lost.bytes)} bytes were lost here</span>}
      {removed !== null && error === null && <Gone removed={removed} end={end} />}
      {error !== null && (
        <p className="screen-error" role="alert">
          <VisibleText text={error.message} />
        </p>
      )}
    </section>
  )
}
