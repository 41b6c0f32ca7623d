import { Burger, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import { BrokenStrip } from '../journal/BrokenStrip.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { useTier } from '../use-clock.ts'
import { useViewer } from '../viewer.ts'
import { LiveStrip } from './LiveStrip.tsx'
import { Logo } from './Logo.tsx'
import { navOf } from './nav.ts'
import type { WebFeature } from './pages.ts'
import { Sidebar } from './Sidebar.tsx'
import { useShellKeys } from './use-shell-keys.ts'
import './frame.css'
// A row that is opened has a page of its own too, which may be the first one that is seen.
import '../table/detail.css'

const loadPalette = async () => ({ default: (await import('./Palette.tsx')).Palette })
const Palette = lazy(loadPalette)
const ShortcutHelp = lazy(async () => ({ default: (await import('./ShortcutHelp.tsx')).ShortcutHelp }))

const PALETTE_AFTER_MILLISECONDS = 2000

interface Props {
  readonly features: readonly WebFeature[]
  readonly seal: ReactNode
  readonly profile: ReactNode
}

/** The frame every signed-in page stands in. */
export function Shell({ features, seal, profile }: Props) {
  const { role, workspace } = useViewer()
  const tier = useTier()
  const [isOpen, drawer] = useDisclosure(false)
  const [palette, setPalette] = useState(0)
  const [help, helpToggle] = useDisclosure(false)
  const sections = useMemo(
    () =>
      navOf(
        features.flatMap(({ pages }) => pages),
        role,
      ),
    [features, role],
  )
  const { href } = useLocation()
  // Going anywhere closes the drawer.
  useEffect(() => drawer.close(), [href])
  // Read while nothing else is to do: whoever types at once after ⌘K loses no letter.
  useEffect(() => {
    const timer = setTimeout(() => {
      if (navigator.onLine) void loadPalette().catch(() => {})
    }, PALETTE_AFTER_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [])
  useShellKeys(sections, () => setPalette((token) => token + 1), helpToggle.open)

  const sidebar = { sections, seal, profile, onPalette: () => setPalette((token) => token + 1) }
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the record
      </a>
      <BrokenStrip />
      {tier === 'phone' ? (
        <header className="topbar">
          <Burger size="xs" opened={isOpen} onClick={drawer.toggle} aria-label="Menu" />
          <Logo />
          <b className="clip">
            <VisibleText text={workspace.name} />
          </b>
        </header>
      ) : (
        <aside>
          <Sidebar {...sidebar} rail={tier === 'small' || tier === 'medium'} />
        </aside>
      )}
      <Drawer
        opened={isOpen && tier === 'phone'}
        onClose={drawer.close}
        size={264}
        withCloseButton={false}
        padding={0}
        title="Menu"
        styles={{ header: { display: 'none' }, body: { height: '100%' } }}
      >
        <Sidebar {...sidebar} />
      </Drawer>
      <main id="main" tabIndex={-1}>
        <Outlet />
        <LiveStrip />
      </main>
      <Suspense fallback={null}>
        {palette > 0 && (
          <Palette token={palette} sections={sections} features={features} onHelp={helpToggle.open} />
        )}
        {help && <ShortcutHelp onClose={helpToggle.close} />}
      </Suspense>
    </div>
  )
}
