import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { downloadUrl } from '../../../../base/web/client/http.ts'
import type { ExportFormat } from '../../common/recording.ts'

const formats: readonly [ExportFormat, string, string][] = [
  ['asciicast-v3', 'asciicast 3', 'for asciinema and its players'],
  ['asciicast-v2', 'asciicast 2', 'for older players'],
  ['text', 'Plain text', 'what was shown, line by line'],
  ['evidence', 'Evidence', 'to check with npm run verify, without this server'],
]

/** The recording as a file; each export is an entry of the record. */
export function ExportMenu({ id }: { id: string }) {
  return (
    <Menu position="bottom-end" width={300} shadow="md">
      <Menu.Target>
        <Button leftSection={<IconDownload size={14} stroke={1.7} />}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(([format, name, what]) => (
          <Menu.Item
            key={format}
            component="a"
            href={downloadUrl('recording.export', { id, format })}
            download
          >
            {name}
            <span className="menu-what faint">{what}</span>
          </Menu.Item>
        ))}
        <Menu.Label>Every export is recorded.</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}
