import { createContext, useContext } from 'react'
import type { Role } from '../common/api.ts'

/** Who looks at the console, as much of it as every page needs. */
export interface Viewer {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly role: Role
  /** As owner or manager of a group they are let see more than what is theirs. */
  readonly seesGroupRecord: boolean
  readonly workspace: { readonly name: string; readonly timeZone: string }
}

export const ViewerContext = createContext<Viewer | null>(null)

/** @throws Error outside the signed-in part of the console. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (viewer === null) throw new Error('this part is shown to signed-in people only')
  return viewer
}

export const roleWords: Record<Role, string> = {
  admin: 'Administrator',
  auditor: 'Auditor',
  member: 'Member',
}
