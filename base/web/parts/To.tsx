import { Link } from '@tanstack/react-router'
import type { AriaAttributes, ReactNode, Ref } from 'react'

interface Props extends AriaAttributes {
  /** A path of the console. Features cannot know each other's routes by type, so it is a plain string. */
  readonly to: string
  readonly search?: Readonly<Record<string, string | undefined>>
  readonly className?: string
  /** Marked as current whatever the filters of the page, and on the pages below it: for the sidebar. */
  readonly anySearch?: boolean
  readonly children: ReactNode
  readonly ref?: Ref<HTMLAnchorElement>
}

/** A link inside the console. */
export function To({ to, search, anySearch = false, children, ...rest }: Props) {
  return (
    <Link
      to={to as '/'}
      search={(search ?? {}) as never}
      activeOptions={{ exact: !anySearch, includeSearch: !anySearch }}
      {...(rest as object)}
    >
      {children}
    </Link>
  )
}
