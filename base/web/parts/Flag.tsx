import { Switch } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly description: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly readOnly?: boolean
  readonly error?: ReactNode
}

/** A setting that is on or off. */
export function Flag({ onChange, readOnly = false, ...props }: Props) {
  return <Switch {...props} onChange={(event) => onChange(event.currentTarget.checked)} disabled={readOnly} />
}
