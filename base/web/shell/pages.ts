import type { Icon } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Role } from '../../common/api.ts'

export type NavGroup =
  | 'access'
  | 'execution'
  | 'audit'
  | 'events'
  | 'governance'
  | 'monitoring'
  | 'record'
  | 'workspace'

/** A page of the console, and who may open it. The server decides again on every request. */
export interface Page {
  /** In the router's form: `/commands/$id`. */
  readonly path: string
  readonly allow: readonly Role[]
  readonly load: () => Promise<ComponentType>
  /** What the Access denied page says to those who may not open it. */
  readonly denied?: { readonly title: string; readonly why: string }
  readonly nav?: {
    readonly group: NavGroup
    /** Within the group. */
    readonly order: number
    /** In whose sidebar it stands, where that is not everybody's who may open it. */
    readonly roles?: readonly Role[]
    readonly label: (role: Role) => string
    readonly icon: Icon
    /** The letter after G. */
    readonly letter?: string
  }
}

/** Something the palette can start. */
export interface Deed {
  readonly label: string
  readonly allow: readonly Role[]
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Somewhere the palette can look for what was typed. */
export interface Finder {
  readonly label: (text: string, role: Role) => string
  readonly to: string
  readonly search: (text: string) => Readonly<Record<string, string>>
}

/** What a feature adds to the console. */
export interface WebFeature {
  readonly pages: readonly Page[]
  readonly deeds?: readonly Deed[]
  readonly finders?: readonly Finder[]
}
