import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props extends Omit<ButtonProps, 'disabled'> {
  readonly onClick: () => void
  /** Why it cannot be done now; the button stays visible and says so. */
  readonly disabledReason?: string | undefined
  readonly children: ReactNode
}

/** A button that names its effect and, when it cannot be used, why. */
export function Action({ disabledReason, onClick, children, ...rest }: Props) {
  const button = (
    <Button
      {...rest}
      {...(disabledReason === undefined ? {} : { 'data-disabled': true, 'aria-disabled': true })}
      onClick={() => {
        if (disabledReason === undefined) onClick()
      }}
    >
      {children}
    </Button>
  )
  return disabledReason === undefined ? button : <Tooltip label={disabledReason}>{button}</Tooltip>
}
