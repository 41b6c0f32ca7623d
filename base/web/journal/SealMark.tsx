import { Button, Popover } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { fromBase64, toHex } from '../../common/journal/bytes.ts'
import { asRefused, Refused } from '../client/refused.ts'
import { Facts } from '../parts/Facts.tsx'
import { SealGlyph } from '../parts/SealGlyph.tsx'
import { saveFile } from '../parts/save-file.ts'
import { VisibleText } from '../parts/VisibleText.tsx'
import { visible } from '../parts/visible.ts'
import { ago, count } from '../time.ts'
import { useNow } from '../use-clock.ts'
import type { CheckedRow } from './check-row.ts'

interface Props {
  /** The row's newest entry; null until it is sealed. */
  readonly sequence: number | null
  /** What the entry must be about. */
  readonly subjectId: string | null
}

/** A row's place in the record, checked in this browser as soon as the row is open. */
export function SealMark({ sequence, subjectId }: Props) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['row-check', sequence, subjectId],
    queryFn: async () => (await import('./check-row.ts')).checkRow(sequence!, subjectId),
    enabled: sequence !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (sequence === null) {
    return (
      <span className="sealmark">
        <SealGlyph state="pending" />
        waiting for the next seal
      </span>
    )
  }
  const isBroken = error !== null && !(error instanceof Refused)
  const word = isBroken ? 'does not verify' : data !== undefined ? 'verified' : isFetching ? 'checking' : ''
  return (
    <Popover width={392} position="bottom-end" shadow="md" offset={6} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={data === undefined ? 'sealmark unchecked' : 'sealmark'}>
          <SealGlyph state={isBroken ? 'broken' : 'sealed'} />
          <span className="num">sealed #{count(sequence)}</span>
          <span className={isBroken ? 'tone-fail' : 'faint'}>{word}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Proof of this row">
        {data !== undefined && !isBroken && <Proven of={data} />}
        {error !== null && <Unproven error={error} sequence={sequence} />}
        {data === undefined && error === null && <h2>Checking this row</h2>}
        <div className="pop-actions">
          {data !== undefined && !isBroken && (
            <Button
              onClick={() =>
                saveFile(`annals-proof-${sequence}.json`, `${JSON.stringify(data.proof, null, 2)}\n`)
              }
            >
              Save the proof
            </Button>
          )}
          {isBroken && (
            <Button
              onClick={async () => {
                const { evidenceOf } = await import('./check-row.ts')
                saveFile(
                  `annals-evidence-${sequence}.json`,
                  `${JSON.stringify(evidenceOf(error), null, 2)}\n`,
                )
              }}
            >
              Save the evidence
            </Button>
          )}
          <Button variant="subtle" loading={isFetching} onClick={() => void refetch()}>
            Check again
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Proven({ of }: { of: CheckedRow }) {
  const now = useNow(1000)
  const hash = toHex(fromBase64(of.proof.leafHash)).match(/.{4}/g)!
  return (
    <>
      <h2>This row is in the record, unchanged</h2>
      <Facts
        of={[
          ['Row', <span className="num">#{count(of.sequence)}</span>],
          [
            'Hash',
            <code
              title={hash.join('')}
            >{`${hash.slice(0, 3).join(' ')} … ${hash.slice(-2).join(' ')}`}</code>,
          ],
          [
            'Path',
            of.sides.length === 0 ? (
              'the only entry'
            ) : (
              <span
                className="proof-path"
                role="img"
                aria-label={`${of.sides.length} hashes from this row to the checkpoint`}
              >
                {of.sides.map((side, step) => (
                  <i key={step} className={side} />
                ))}
              </span>
            ),
          ],
          ['Checkpoint', <span className="num">{count(of.size)} rows</span>],
          [
            'Signed by',
            <code className="key" title={visible(of.signer)}>
              <VisibleText text={`${of.signer.slice(0, -40)} … ${of.signer.slice(-6)}`} />
            </code>,
          ],
        ]}
      />
      <p className="dim">Checked {ago(of.checkedAt, now)} in this browser, not by the server.</p>
    </>
  )
}

function Unproven({ error, sequence }: { error: unknown; sequence: number }) {
  if (error instanceof Refused) {
    return (
      <>
        <h2>This row could not be checked</h2>
        <p className="dim">
          <VisibleText text={asRefused(error).message} />
        </p>
      </>
    )
  }
  return (
    <div role="alert">
      <h2 className="tone-fail">Row #{count(sequence)} does not match its seal</h2>
      <p className="dim">
        <VisibleText text={(error as Error).message.replace(/^./, (first) => first.toUpperCase())} />. Do not
        rely on this row. Save the evidence, then tell whoever keeps the keys.
      </p>
    </div>
  )
}
