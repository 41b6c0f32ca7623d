import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { copyText } from './copy-text.ts'

interface Props {
  /** The exact text, or what makes it when it is asked for. */
  readonly value: string | (() => string)
  readonly what: string
}

/** Copies the exact text, hidden characters and all. */
export function Copy({ value, what }: Props) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    if (!(await copyText(typeof value === 'string' ? value : value()))) return
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
      <ActionIcon size={24} onClick={() => void copy()} aria-label={`Copy ${what}`}>
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  )
}
