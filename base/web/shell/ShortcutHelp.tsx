import { Modal } from '@mantine/core'
import { isMac } from './Sidebar.tsx'

const shortcuts: readonly [keys: readonly string[], does: string][] = [
  [[isMac ? '⌘K' : 'Ctrl K'], 'Search the record, go anywhere, do anything'],
  [
    ['G', 'C'],
    'Go to Commands; E terminals, W Websh, S servers, R run, L activity, V verify, P people, T settings',
  ],
  [['/'], 'Search in this list'],
  [['F'], 'Filters; then the first letter of one'],
  [['J', 'K'], 'Next, previous row; the arrows too'],
  [['Enter'], 'Open or close the row in place'],
  [['O'], 'Open in its own page'],
  [['C'], 'Copy the line; ⇧C its link'],
  [['.'], 'Show new rows, go to the top'],
  [['Esc'], 'Close the top thing'],
  [['Ctrl ⇧ X'], 'Leave a terminal, where Tab is the shell’s'],
  [['Space'], 'Play and stop a replay; ← → 5 s, ⇧← ⇧→ by command, N P by hit'],
  [['S', 'F'], 'In a replay: skip idle time, full screen; 1 2 4 8 the speed'],
  [['?'], 'This list'],
]

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard" size={460}>
      <dl className="facts shortcuts">
        {shortcuts.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="faint">Off while you type.</p>
    </Modal>
  )
}
