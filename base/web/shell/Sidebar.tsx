import { Kbd, Tooltip } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { To } from '../parts/To.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { useViewer } from '../viewer.ts'
import { Logo } from './Logo.tsx'
import type { NavSection } from './nav.ts'

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

interface Props {
  readonly sections: readonly NavSection[]
  readonly onPalette: () => void
  /** The seal of the record. */
  readonly seal: ReactNode
  /** The person signed in, with their menu. */
  readonly profile: ReactNode
  /** Words are hidden and become tooltips. */
  readonly rail?: boolean
}

export function Sidebar({ sections, onPalette, seal, profile, rail = false }: Props) {
  const { workspace } = useViewer()
  return (
    <div className={rail ? 'side rail' : 'side'}>
      <div className="workspace">
        <Logo />
        <VisibleText text={workspace.name} className="clip" />
      </div>
      <Tooltip
        label={`Search and go anywhere (${isMac ? '⌘K' : 'Ctrl K'})`}
        disabled={!rail}
        position="right"
      >
        <button
          type="button"
          className="palette"
          onClick={onPalette}
          {...(rail ? { 'aria-label': 'Search the record' } : {})}
        >
          <IconSearch size={14} stroke={1.7} aria-hidden="true" />
          <span>Search the record</span>
          <Kbd size="xs" aria-hidden="true">
            {isMac ? '⌘ K' : 'Ctrl K'}
          </Kbd>
        </button>
      </Tooltip>
      <nav aria-label="Main">
        {sections.map((section) => (
          <div key={section.label} className="side-group">
            <div className={section.deep ? 'side-label deep' : 'side-label'}>{section.label}</div>
            {section.items.map(({ label, to, icon: Icon, letter }) => (
              <Tooltip
                key={to}
                label={letter === undefined ? label : `${label} (G then ${letter.toUpperCase()})`}
                position="right"
                openDelay={rail ? 100 : 900}
              >
                <To
                  to={to}
                  anySearch
                  className={section.deep ? 'side-item deep' : 'side-item'}
                  {...(rail ? { 'aria-label': label } : {})}
                >
                  <Icon size={16} stroke={1.6} aria-hidden="true" />
                  <span className="clip">{label}</span>
                </To>
              </Tooltip>
            ))}
          </div>
        ))}
      </nav>
      <div className="side-foot">
        {seal}
        {profile}
      </div>
    </div>
  )
}
