import { Button, FileInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { queryString } from '../../../../base/web/client/http.ts'
import { answerOf, asRefused } from '../../../../base/web/client/refused.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { visible } from '../../../../base/web/parts/visible.ts'
import { size } from '../../../../base/web/time.ts'

const titleOf = ({ name }: File) => name.replace(/\.[^.]+$/, '').slice(0, 120)

/** Keeps an asciicast that was recorded elsewhere. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient()
  const go = useGo()
  const [file, setFile] = useState<File | null>(null)
  const [title, setTitle] = useState('')
  const [account, setAccount] = useState('')
  const [sent, setSent] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | undefined>()
  const upload = useRef<XMLHttpRequest | null>(null)
  useEffect(() => () => upload.current?.abort(), [])
  const send = () => {
    if (file === null) return setProblem('Choose the file: an asciicast of version 2 or 3.')
    setProblem(undefined)
    setSent(0)
    const request = new XMLHttpRequest()
    upload.current = request
    const named = { title: title.trim(), account: account.trim() }
    request.open('POST', `/api/recording.import${queryString(named)}`)
    request.setRequestHeader('content-type', 'application/x-asciicast')
    request.upload.onprogress = ({ loaded }) => setSent(loaded)
    const failed = (words: string) => {
      setSent(null)
      setProblem(visible(words))
    }
    request.onerror = () => failed('The server did not answer. The network or the server is down.')
    request.onload = async () => {
      try {
        const body = typeof request.response === 'string' ? request.response : ''
        const { id } = (await answerOf(new Response(body, { status: request.status }))) as { id: string }
        await cache.invalidateQueries({ queryKey: ['terminal.list'] })
        onClose()
        go(`/audit/websh/${id}`)
      } catch (error) {
        failed(asRefused(error).message)
      }
    }
    request.send(file)
  }
  const isBusy = sent !== null
  return (
    <Dialog
      title="Import a recording"
      submit="Import"
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onSubmit={send}
    >
      <p className="dim">
        It is kept, replayed, searched and read for commands like any other, and marked as imported. What was
        typed without an echo is not kept.
      </p>
      <FileInput
        label="File"
        description="asciicast 2 or 3 (.cast), at most 4 GB"
        placeholder="Choose a file"
        accept=".cast,.json,.asciicast"
        value={file}
        onChange={(chosen) => {
          setFile(chosen)
          setProblem(undefined)
          // A title that came from a file goes with it.
          if (title === (file === null ? '' : titleOf(file))) setTitle(chosen === null ? '' : titleOf(chosen))
        }}
      />
      <TextInput
        label="Title"
        description="Stands where the server’s name stands"
        maxLength={120}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <TextInput
        label="Account"
        description="Whose terminal it was, where that is known"
        maxLength={64}
        spellCheck={false}
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
      />
      {isBusy && file !== null && (
        <div className="import-progress" role="status">
          <progress max={file.size} value={sent} aria-label="Sent" />
          <span className="num dim">
            {sent >= file.size
              ? 'All of it is sent; it is being read and kept.'
              : `${size(sent)} of ${size(file.size)} sent`}
          </span>
          <div>
            <Button
              variant="subtle"
              onClick={() => {
                upload.current?.abort()
                setSent(null)
              }}
            >
              Stop
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
