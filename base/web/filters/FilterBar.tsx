import { Button, Drawer } from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useKeys } from '../keys.ts'
import type { View } from '../parts/PageHead.tsx'
import { useGo } from '../parts/use-go.ts'
import { useTier } from '../use-clock.ts'
import { Today } from './Today.tsx'
import './filters.css'

interface Props {
  /** What the search box looks through, for example "Search lines and results". */
  readonly search: string
  readonly text: string
  readonly onText: (text: string) => void
  /** The filter chips. */
  readonly children?: ReactNode
  /** How many filters are set, for the button that stands for them on a phone. */
  readonly setCount?: number
  /** The page's views: on a phone they stand in the sheet with the filters. */
  readonly views?: readonly View[]
  /** Says the day and the zone here: where no line under it does. */
  readonly isDated?: boolean
  readonly right?: ReactNode
}

/** The row above a list: search, filters, and what belongs to the list as a whole. */
export function FilterBar(props: Props) {
  const { search, text, onText, children, setCount = 0, views, isDated = false, right } = props
  const phone = useTier() === 'phone'
  const [sheet, { open, close }] = useDisclosure(false)
  const chips = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  useKeys({
    '/': () => input.current?.focus(),
    f: () => {
      if (phone) open()
      else chooseByLetter(chips.current)
    },
  })
  return (
    <>
      <search className="filters">
        <SearchBox label={search} text={text} onText={onText} inputRef={input} />
        {!phone && (
          <div className="filter-chips" ref={chips}>
            {children}
          </div>
        )}
        {phone && children !== undefined && (
          <Button
            className="filters-narrow"
            leftSection={<IconAdjustmentsHorizontal size={14} />}
            onClick={open}
            aria-haspopup="dialog"
          >
            Filters {setCount === 0 ? '' : setCount}
          </Button>
        )}
        {!phone && (
          <div className="filters-right">
            {isDated && <Today />}
            {right}
          </div>
        )}
        <Drawer
          opened={sheet && phone}
          onClose={close}
          position="bottom"
          size="70%"
          title="Filters"
          closeButtonProps={{ 'aria-label': 'Close filters' }}
        >
          <div className="filter-sheet">
            {views !== undefined && <SheetViews of={views} onChosen={close} />}
            {children}
          </div>
        </Drawer>
      </search>
      {phone && isDated && (
        <div className="complete dated">
          <Today />
        </div>
      )}
    </>
  )
}

function SheetViews({ of, onChosen }: { of: readonly View[]; onChosen: () => void }) {
  const go = useGo()
  return (
    <>
      <h2 className="sheet-part">Views</h2>
      {of.map(({ label, to, search, current }) => (
        <Button
          key={label}
          variant={current ? 'light' : 'default'}
          aria-current={current ? 'page' : undefined}
          onClick={() => {
            go(to, search)
            onChosen()
          }}
        >
          {label}
        </Button>
      ))}
      <h2 className="sheet-part">Filters</h2>
    </>
  )
}

interface SearchProps {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly inputRef: React.RefObject<HTMLInputElement | null>
}

function SearchBox({ label, text, onText, inputRef }: SearchProps) {
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const settle = useDebouncedCallback(onText, 250)
  return (
    <label className="find">
      <IconSearch size={14} stroke={1.7} aria-hidden="true" />
      <input
        ref={inputRef}
        type="text"
        placeholder={label}
        aria-label={label}
        value={typed}
        maxLength={200}
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          settle(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
          if (event.key === 'Enter') onText(event.currentTarget.value)
        }}
      />
      <kbd>/</kbd>
    </label>
  )
}

/** After F: the first letter of a filter opens it. Where several share a letter, the first of them opens. */
function chooseByLetter(chips: HTMLElement | null) {
  const buttons = [...(chips?.querySelectorAll<HTMLButtonElement>('[data-filter]') ?? [])]
  buttons[0]?.focus()
  const heard = (event: KeyboardEvent) => {
    const chosen = buttons.find((button) => button.dataset['filter']?.toLowerCase().startsWith(event.key))
    if (chosen === undefined) return
    event.preventDefault()
    event.stopPropagation()
    chosen.focus()
    chosen.click()
  }
  addEventListener('keydown', heard, { once: true, capture: true })
}
