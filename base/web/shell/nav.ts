import type { Role } from '../../common/api.ts'
import type { NavGroup, Page } from './pages.ts'

export interface NavItem {
  readonly label: string
  readonly to: string
  readonly icon: NonNullable<Page['nav']>['icon']
  readonly letter: string | undefined
}

export interface NavSection {
  readonly label: string
  /** Under another heading rather than a heading of its own. */
  readonly deep: boolean
  readonly items: readonly NavItem[]
}

const sections: readonly [NavGroup, (role: Role) => string, deep: boolean][] = [
  ['access', () => 'Access', false],
  ['execution', () => 'Execution', false],
  ['audit', () => 'Audit', false],
  ['events', (role) => (role === 'member' ? 'My events' : 'Events'), true],
  ['governance', () => 'Governance', true],
  ['monitoring', () => 'Monitoring', false],
  ['record', () => 'Record', false],
  ['workspace', () => 'Workspace', false],
]

/** The sidebar of a role: only pages that exist and that the role may open. */
export function navOf(pages: readonly Page[], role: Role): NavSection[] {
  const open = pages.filter(
    ({ nav, allow }) => nav !== undefined && allow.includes(role) && (nav.roles?.includes(role) ?? true),
  )
  const made = sections.map(([group, label, deep]) => ({
    label: label(role),
    deep,
    items: open
      .filter((page) => page.nav!.group === group)
      .sort((left, right) => left.nav!.order - right.nav!.order)
      .map(({ path, nav }) => ({
        label: nav!.label(role),
        to: path,
        icon: nav!.icon,
        letter: nav!.letter,
      })),
  }))
  // "Audit" stays as a heading over "Events" even while it has no page of its own.
  return made.filter(
    (section, index) =>
      section.items.length > 0 ||
      (made[index + 1]?.deep && made[index + 1]!.items.length > 0 && !section.deep),
  )
}
