import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTier } from '../../../../base/web/use-clock.ts'
import type { LiveView } from './live-view.ts'

const arrows = [
  ['←', 'Left', 'D'],
  ['↑', 'Up', 'A'],
  ['↓', 'Down', 'B'],
  ['→', 'Right', 'C'],
] as const

/** Keys a phone's keyboard lacks. Ctrl waits for the letter after it. */
export function KeyRow({ view }: { view: LiveView }) {
  const phone = useTier() === 'phone'
  const [control, setControl] = useState(false)
  if (!phone) return null
  const arm = () => {
    view.holdControl(!control, () => setControl(false))
    setControl(!control)
    view.focus()
  }
  return (
    <div className="key-row" role="toolbar" aria-label="Keys">
      <Button onClick={() => view.press('\x1b')}>Esc</Button>
      <Button onClick={() => view.press('\t')}>Tab</Button>
      <Button variant={control ? 'filled' : 'default'} aria-pressed={control} onClick={arm}>
        Ctrl
      </Button>
      {arrows.map(([sign, name, final]) => (
        <Button
          key={name}
          aria-label={name}
          onClick={() =>
            view.press(view.terminal.modes.applicationCursorKeysMode ? `\x1bO${final}` : `\x1b[${final}`)
          }
        >
          {sign}
        </Button>
      ))}
      <Button onClick={() => view.press('\x03')}>^C</Button>
      <Button
        onClick={() =>
          void readClipboard().then(
            (text) => view.paste(text),
            () => notifications.show({ message: 'The browser did not let the clipboard be read.' }),
          )
        }
      >
        Paste
      </Button>
    </div>
  )
}

/** @throws Error where the browser has no clipboard to read, as on pages that came without https, or is not let */
const readClipboard = async (): Promise<string> => navigator.clipboard.readText()
