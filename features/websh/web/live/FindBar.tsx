import { ActionIcon } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { LiveView } from './live-view.ts'

const marks = {
  matchBackground: '#6b4f13',
  matchOverviewRuler: '#e0ab52',
  activeMatchBackground: '#8f6206',
  activeMatchBorder: '#e0ab52',
  activeMatchColorOverviewRuler: '#e0ab52',
}

/** Looks through what the screen holds: the screen and the lines above it. */
export function FindBar({ view, onClose }: { view: LiveView; onClose: () => void }) {
  const [text, setText] = useState('')
  const [found, setFound] = useState({ resultIndex: -1, resultCount: 0 })
  useEffect(() => {
    const heard = view.search.onDidChangeResults(setFound)
    return () => {
      heard.dispose()
      view.search.clearDecorations()
    }
  }, [view])
  const options = { decorations: marks, incremental: false }
  const next = () => view.search.findNext(text, options)
  const previous = () => view.search.findPrevious(text, options)
  return (
    <search className="live-find">
      <label className="find">
        <IconSearch size={14} stroke={1.7} aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was asked for just now
          autoFocus
          value={text}
          placeholder="Find on this screen"
          aria-label="Find on this screen"
          maxLength={200}
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value)
            view.search.findPrevious(event.currentTarget.value, { ...options, incremental: false })
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose()
            if (event.key === 'Enter') (event.shiftKey ? next : previous)()
          }}
        />
      </label>
      <span className="num dim" role="status">
        {text === ''
          ? ''
          : found.resultCount === 0
            ? 'Not found'
            : `${found.resultIndex + 1} of ${found.resultCount}`}
      </span>
      <ActionIcon size={24} aria-label="Older" onClick={previous}>
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon size={24} aria-label="Newer" onClick={next}>
        <IconChevronDown size={15} />
      </ActionIcon>
      <ActionIcon size={24} aria-label="Close the search" onClick={onClose}>
        <IconX size={15} />
      </ActionIcon>
    </search>
  )
}
