import { TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'

interface Props {
  readonly value: string
  readonly onChange: (code: string) => void
  /** Six digits are there: typed, pasted or filled in by the browser. */
  readonly onWhole: (code: string) => void
  readonly label?: string
  readonly error?: string | undefined
  readonly isDisabled?: boolean
}

/** A one-time code. Whatever is pasted, its six digits are taken. */
export function CodeField({ value, onChange, onWhole, label = 'Code', error, isDisabled = false }: Props) {
  const input = useRef<HTMLInputElement>(null)
  // After a wrong code the next one can be typed at once.
  useEffect(() => {
    if (!isDisabled) input.current?.focus()
  }, [isDisabled, error])
  const take = (text: string) => {
    const digits = text.replace(/\D/g, '').slice(0, 6)
    onChange(digits)
    if (digits.length === 6 && digits !== value) onWhole(digits)
  }
  return (
    <TextInput
      ref={input}
      label={label}
      size="sm"
      className="code-field"
      inputMode="numeric"
      autoComplete="one-time-code"
      spellCheck={false}
      placeholder="000000"
      value={value}
      onChange={(event) => take(event.currentTarget.value)}
      onPaste={(event) => {
        event.preventDefault()
        take(event.clipboardData.getData('text'))
      }}
      disabled={isDisabled}
      error={error === undefined ? undefined : <span role="alert">{error}</span>}
      data-autofocus
    />
  )
}
