import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { useMantineColorScheme } from '@mantine/core'
import { IconArrowRight, IconBolt, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useGo } from '../parts/use-go.ts'
import { visible } from '../parts/visible.ts'
import { type Density, prefer } from '../preferences.ts'
import { useViewer } from '../viewer.ts'
import type { NavSection } from './nav.ts'
import type { WebFeature } from './pages.ts'

const [store, palette] = createSpotlight()

interface Props {
  /** Another number opens it again. */
  readonly token: number
  readonly sections: readonly NavSection[]
  readonly features: readonly WebFeature[]
  readonly onHelp: () => void
}

interface Entry {
  readonly label: string
  readonly icon: ReactNode
  readonly run: () => void
}

/** Search the record, go anywhere, do anything. */
export function Palette({ token, sections, features, onHelp }: Props) {
  const [text, setText] = useState('')
  const go = useGo()
  const { role } = useViewer()
  const { setColorScheme } = useMantineColorScheme()
  // Each new token opens it once.
  useEffect(() => palette.open(), [token])

  const pages: Entry[] = sections
    .flatMap(({ items }) => items)
    .map(({ label, to, icon: Icon }) => ({ label, icon: <Icon size={16} stroke={1.6} />, run: () => go(to) }))
  const found: Entry[] =
    text.trim() === ''
      ? []
      : features
          .flatMap(({ finders = [] }) => finders)
          .map((finder) => ({
            label: finder.label(visible(text.trim()), role),
            icon: <IconSearch size={16} stroke={1.6} />,
            run: () => go(finder.to, finder.search(text.trim())),
          }))
  const bolt = <IconBolt size={16} stroke={1.6} />
  const deeds: Entry[] = [
    ...features
      .flatMap(({ deeds: list = [] }) => list)
      .filter((deed) => deed.allow.includes(role))
      .map((deed) => ({ label: deed.label, icon: bolt, run: () => go(deed.to, deed.search ?? {}) })),
    ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
      label: `Theme: ${scheme === 'auto' ? 'as the system' : scheme}`,
      icon: bolt,
      run: () => setColorScheme(scheme),
    })),
    ...(['compact', 'standard', 'comfortable'] as Density[]).map((density) => ({
      label: `Density: ${density}`,
      icon: bolt,
      run: () => prefer({ density }),
    })),
    { label: 'Keyboard shortcuts', icon: bolt, run: onHelp },
  ]
  const matches = ({ label }: Entry) => label.toLowerCase().includes(text.trim().toLowerCase())
  const groups: [string, Entry[]][] = [
    ['Go to', pages.filter(matches)],
    ['Find in the record', found],
    ['Do', deeds.filter(matches)],
  ]
  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      size={560}
      scrollable
      maxHeight={420}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      attributes={{ content: { 'aria-label': 'Search the record' } }}
    >
      <Spotlight.Search
        placeholder="Go anywhere, find in the record, do anything"
        aria-label="Search the record"
        leftSection={<IconSearch size={16} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groups.map(
          ([label, entries]) =>
            entries.length > 0 && (
              <Spotlight.ActionsGroup label={label} key={label}>
                {entries.map((entry) => (
                  <Spotlight.Action
                    key={entry.label}
                    label={entry.label}
                    leftSection={entry.icon}
                    rightSection={<IconArrowRight size={14} className="faint" />}
                    onClick={entry.run}
                  />
                ))}
              </Spotlight.ActionsGroup>
            ),
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
