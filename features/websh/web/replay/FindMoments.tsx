import { ActionIcon, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import { type RefObject, useEffect, useState } from 'react'
import { count } from '../../../../base/web/time.ts'
import type { RecordingHit } from '../../common/recording.ts'

interface Props {
  readonly text: string
  readonly onText: (text: string) => void
  readonly hits: readonly RecordingHit[]
  readonly isCut: boolean
  readonly isFetching: boolean
  /** Its end is not searched yet. */
  readonly isBehind: boolean
  /** Where the replay stands, in milliseconds. */
  readonly at: number
  readonly jump: (direction: 1 | -1) => void
  readonly input: RefObject<HTMLInputElement | null>
}

/** Looks for what was on the screen of this recording. */
export function FindMoments(props: Props) {
  const { text, onText, hits, isCut, isFetching, isBehind, at, jump, input } = props
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const settle = useDebouncedCallback(onText, 250)
  const current = hits.findLastIndex(({ seconds }) => seconds * 1000 <= at + 1)
  return (
    <search className="find-moments">
      <label className="find">
        <IconSearch size={14} stroke={1.7} aria-hidden="true" />
        <input
          ref={input}
          value={typed}
          placeholder="Search what was on screen"
          aria-label="Search what was on screen"
          maxLength={200}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            settle(event.currentTarget.value)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur()
            if (event.key !== 'Enter') return
            if (typed !== text) onText(typed)
            else jump(event.shiftKey ? -1 : 1)
          }}
        />
        <kbd>/</kbd>
      </label>
      <span className="dim num" role="status">
        {text === '' ? (
          ''
        ) : hits.length === 0 ? (
          isBehind ? (
            'Not seen so far, still being searched'
          ) : isFetching ? (
            'Searching'
          ) : (
            'Not seen'
          )
        ) : (
          <>
            <b>
              {current < 0 ? '' : `${current + 1} of `}
              {count(hits.length)}
              {isCut && '+'}
            </b>{' '}
            {hits.length === 1 ? 'moment' : 'moments'} on screen
          </>
        )}
      </span>
      {hits.length > 0 && (
        <>
          <Tooltip label="Previous moment (P)">
            <ActionIcon size={24} aria-label="Previous moment" onClick={() => jump(-1)}>
              <IconChevronUp size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Next moment (N)">
            <ActionIcon size={24} aria-label="Next moment" onClick={() => jump(1)}>
              <IconChevronDown size={15} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </search>
  )
}
