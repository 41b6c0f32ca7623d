import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Refused } from '../client/refused.ts'
import { Copy } from '../parts/Copy.tsx'
import { PageHead } from '../parts/PageHead.tsx'
import { ReadError } from '../parts/ReadError.tsx'
import { saveFile } from '../parts/save-file.ts'
import { useViewer } from '../viewer.ts'
import { Checks } from './Checks.tsx'
import { journal } from './client.ts'
import { EntriesTable } from './EntriesTable.tsx'
import { remembered } from './memory.ts'
import { useHeadCheck } from './use-head-check.ts'
import { useNewestEntriesCheck } from './use-own-check.ts'
import './verify.css'

/** What this browser checked of the record, how to check all of it without this server, and the entries themselves. */
export function VerifyPage() {
  const head = useHeadCheck()
  const entries = useNewestEntriesCheck(head.data?.head.size)
  const { role } = useViewer()
  const isUnread = head.data === undefined && head.error instanceof Refused
  // Entries are shown also where the head does not hold: whoever looks into it needs to see them.
  const told = useQuery({
    ...journal.ask('journal.checkpoint', {}),
    enabled: head.data === undefined && head.error !== null && !isUnread,
  })
  return (
    <>
      <PageHead title="Verify">
        <Button
          onClick={() => {
            const memory = remembered()
            if (memory !== null) saveFile(`annals-checkpoint-${memory.size}.txt`, memory.note, 'text/plain')
          }}
          disabled={head.data === undefined}
        >
          Save this checkpoint
        </Button>
        <Button
          variant="filled"
          loading={head.isFetching || entries.isFetching}
          onClick={() => void head.refetch().then(() => entries.refetch())}
        >
          Check again
        </Button>
      </PageHead>
      <div className="verify-top">
        <Checks head={head} entries={entries} />
        <Offline />
      </div>
      {isUnread ? (
        <ReadError what="The journal" error={head.error} onAgain={() => void head.refetch()} />
      ) : (
        <EntriesTable mine={role === 'member'} size={head.data?.head.size ?? told.data?.size} />
      )}
    </>
  )
}

function Offline() {
  return (
    <section className="verify-offline" aria-labelledby="offline-title">
      <h2 id="offline-title">Without this server</h2>
      <p className="dim">
        A browser checks what it is sent. The verifier checks everything, offline, and names the first entry
        that is edited, missing, out of order or sealed by another key.
      </p>
      <ShellLine text="npm run verify -- --data ./data" />
      <p className="dim">With a checkpoint saved here earlier it also proves that no tail was cut since:</p>
      <ShellLine text="npm run verify -- --data ./data --remembered annals-checkpoint.txt" />
      <p className="dim">A saved proof of one row needs nothing else:</p>
      <ShellLine text="npm run verify -- --proof annals-proof.json" />
    </section>
  )
}

function ShellLine({ text }: { text: string }) {
  return (
    <div className="shell-line">
      <code>{text}</code>
      <Copy value={text} what="the command" />
    </div>
  )
}
