import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { size } from '../../../base/web/time.ts'
import { classOf } from './ansi.ts'
import type { OutputLine } from './output-lines.ts'

const LINE_HEIGHT = 19

interface Props {
  readonly lines: readonly OutputLine[]
  /** Changes whenever there are more lines. */
  readonly version: number
  readonly wrap: boolean
  readonly tall: boolean
  /** More may come: the end stays in view while it is in view. */
  readonly isLive: boolean
  /** Both streams are shown: lines of stderr say so. */
  readonly marksStreams: boolean
}

/** Output, line by line; only the lines in view are on the page. */
export function LogText({ lines, version, wrap, tall, isLive, marksStreams }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(isLive)
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  })
  // Every measured height is stale when wrapping changes.
  useEffect(() => list.measure(), [wrap])
  // Each new version may move the end.
  useEffect(() => {
    if (isLive && isAtEnd.current) scroll.current?.scrollTo({ top: scroll.current.scrollHeight })
  }, [version, isLive])
  return (
    <section
      ref={scroll}
      className={`logtext${wrap ? '' : ' nowrap'}${tall ? ' tall' : ''}`}
      aria-label="Output"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT
      }}
    >
      <div className="log-room" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={list.measureElement}
            data-index={item.index}
            className="log-line"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <LogLine line={lines[item.index]!} marksStreams={marksStreams} />
          </div>
        ))}
      </div>
    </section>
  )
}

function LogLine({ line, marksStreams }: { line: OutputLine; marksStreams: boolean }) {
  if (line.kind === 'band') {
    return (
      <div className="log-band">
        {size(line.bytes)} not kept here
        {line.downloadable ? '; the download has them' : '; they are kept nowhere'}
      </div>
    )
  }
  return (
    <>
      <span className="log-number" aria-hidden="true">
        {line.number ?? ''}
      </span>
      {marksStreams && (
        <span className={line.stream === 'stderr' ? 'log-stream stderr' : 'log-stream'}>
          {line.stream === 'stderr' ? 'err' : ''}
        </span>
      )}
      <code>
        {line.spans.map((span, index) => (
          <VisibleText key={index} text={span.text} className={classOf(span.style)} keepsTabs />
        ))}
        {line.spans.length === 0 && ' '}
      </code>
    </>
  )
}
