import { IconChevronDown, IconX } from '@tabler/icons-react'
import { type ReactNode, type Ref, useEffect, useRef } from 'react'

interface Props {
  readonly label: string
  readonly value: ReactNode
  readonly onOpen: () => void
  readonly onClear: () => void
  readonly isOpen: boolean
  readonly ref?: Ref<HTMLSpanElement>
}

/** One filter: dashed while it is not set, tinted with its value and a way to clear it when it is. */
export function Chip({ label, value, onOpen, onClear, isOpen, ref }: Props) {
  const isSet = value !== undefined && value !== null
  return (
    <span ref={ref} className={isSet ? 'chip set' : 'chip'}>
      <button
        type="button"
        className="chip-open"
        data-filter={label}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        onClick={onOpen}
      >
        {label}
        {isSet && <b className="clip">{value}</b>}
        {!isSet && <IconChevronDown size={12} aria-hidden="true" />}
      </button>
      {isSet && (
        <button type="button" className="chip-clear" aria-label={`Clear ${label}`} onClick={onClear}>
          <IconX size={12} aria-hidden="true" />
        </button>
      )}
    </span>
  )
}

/** Gives the focus back to a chip when its list closes. */
export function useFocusBack(isOpen: boolean, find: () => HTMLElement | null | undefined) {
  const was = useRef(false)
  useEffect(() => {
    if (was.current && !isOpen && document.activeElement === document.body) find()?.focus()
    was.current = isOpen
  }, [isOpen, find])
}
