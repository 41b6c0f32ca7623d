import { Frame } from '../Frame.tsx'
import { settingsViews } from '../views.ts'
import './settings.css'

/** The head of a page of the settings that another feature adds. */
export function SettingsHead({ at }: { readonly at: Parameters<typeof settingsViews>[0] }) {
  return <Frame title="Settings" views={settingsViews(at)} />
}
