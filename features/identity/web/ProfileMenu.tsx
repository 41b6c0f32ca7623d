import { Menu, Modal, Tooltip, useMantineColorScheme } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { type Density, prefer, usePreferences } from '../../../base/web/preferences.ts'
import { zoneWords } from '../../../base/web/time.ts'
import { roleWords } from '../../../base/web/viewer.ts'
import type { Me } from '../common/person.ts'
import { identity } from './client.ts'
import { PasswordForm } from './PasswordForm.tsx'

/** The person signed in, and what they can choose about the console. */
export function ProfileMenu({ me }: { me: Me }) {
  const [isChanging, setChanging] = useState(false)
  const cache = useQueryClient()
  const signOut = identity.useTell('auth.sign-out')
  const go = useGo()
  const initials = me.name
    .split(/[\s.-]+/)
    .map((word) => (/^[\p{L}\p{N}]/u.test(word) ? word.slice(0, 1) : ''))
    .join('')
    .slice(0, 2)
    .toUpperCase()
  return (
    <>
      <Menu position="top-start" width={232}>
        <Menu.Target>
          <button type="button" className="me">
            <span className="sr-only">Profile and preferences of</span>
            <span className="face" aria-hidden="true">
              {initials}
            </span>
            <VisibleText text={me.name} className="clip" />
            <span className="faint">{roleWords[me.role]}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Preferences workspaceZone={me.workspace.timeZone} />
          <Menu.Divider />
          <Menu.Item onClick={() => go('/profile')}>Profile</Menu.Item>
          <Menu.Item onClick={() => go('/profile/security')}>Security</Menu.Item>
          <Menu.Item onClick={() => setChanging(true)}>Change password</Menu.Item>
          <Menu.Item
            onClick={() => signOut.mutate({}, { onSettled: () => cache.setQueryData(['auth.me'], null) })}
          >
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isChanging} onClose={() => setChanging(false)} title="Change password" size={400}>
        <PasswordForm
          className="form"
          submit="Change password"
          onDone={() => {
            setChanging(false)
            notifications.show({ message: 'Password changed. Your other sessions have ended.' })
          }}
        />
      </Modal>
    </>
  )
}

function Preferences({ workspaceZone }: { workspaceZone: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, timeZone } = usePreferences()
  const now = Date.now()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = [...new Set([null, own, 'UTC'])].filter((zone) => zone === null || zone !== workspaceZone)
  return (
    <>
      <Menu.Label>Theme</Menu.Label>
      {(['auto', 'light', 'dark'] as const).map((scheme) => (
        <Choice key={scheme} isChosen={colorScheme === scheme} onChoose={() => setColorScheme(scheme)}>
          {scheme === 'auto' ? 'As the system' : scheme === 'light' ? 'Light' : 'Dark'}
        </Choice>
      ))}
      <Menu.Label>Density</Menu.Label>
      {(['compact', 'standard', 'comfortable'] as Density[]).map((one) => (
        <Choice key={one} isChosen={density === one} onChoose={() => prefer({ density: one })}>
          {one[0]!.toUpperCase() + one.slice(1)}
        </Choice>
      ))}
      <Menu.Label>Times in</Menu.Label>
      {zones.map((zone) => (
        <Choice
          key={zone ?? 'workspace'}
          isChosen={timeZone === zone}
          onChoose={() => prefer({ timeZone: zone })}
        >
          {zone === null ? `Workspace: ${zoneWords(now, workspaceZone)}` : zoneWords(now, zone)}
        </Choice>
      ))}
    </>
  )
}

function Choice({
  isChosen,
  onChoose,
  children,
}: {
  isChosen: boolean
  onChoose: () => void
  children: ReactNode
}) {
  return (
    <Tooltip label="In use" disabled={!isChosen} openDelay={900}>
      <Menu.Item
        closeMenuOnClick={false}
        onClick={onChoose}
        rightSection={isChosen ? <IconCheck size={14} aria-label="in use" /> : undefined}
      >
        {children}
      </Menu.Item>
    </Tooltip>
  )
}
