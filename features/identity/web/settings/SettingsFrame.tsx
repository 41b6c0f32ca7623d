import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import type { Settings } from '../../common/settings.ts'
import { identity } from '../client.ts'
import { Frame } from '../Frame.tsx'
import { settingsViews } from '../views.ts'
import './settings.css'

interface Props {
  readonly at: 'Workspace' | 'Security'
  readonly children: (settings: Settings) => ReactNode
}

/** The head of the settings, and what is set once it is read. */
export function SettingsFrame({ at, children }: Props) {
  const { data, error, refetch } = useQuery(identity.ask('settings.read', {}))
  return (
    <>
      <Frame title="Settings" views={settingsViews(at)} />
      {data !== undefined ? (
        <div className="settings-page">{children(data)}</div>
      ) : error !== null ? (
        <ReadError what="The settings" error={error} onAgain={() => void refetch()} />
      ) : (
        <Bones label="The settings" className="settings-page" />
      )}
    </>
  )
}
