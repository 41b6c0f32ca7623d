import { Button } from '@mantine/core'
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asRefused, Refused } from '../client/refused.ts'
import { Glyph, type GlyphName, type Tone } from '../parts/Glyph.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { When } from '../parts/When.tsx'
import { count } from '../time.ts'
import type { CheckedHead } from './check-head.ts'
import { forget } from './memory.ts'

interface Props {
  readonly head: UseQueryResult<CheckedHead>
  readonly entries: UseQueryResult<readonly number[]>
}

type State = 'ok' | 'broken' | 'unknown' | 'working'
const looks: Record<State, [GlyphName, Tone, string]> = {
  ok: ['check', 'ok', 'holds'],
  broken: ['cross', 'fail', 'does not hold'],
  unknown: ['minus', 'quiet', 'could not be checked'],
  working: ['arc', 'run', 'checking'],
}

const stateOf = ({ data, error }: { data: unknown; error: unknown }): State =>
  error !== null ? (error instanceof Refused ? 'unknown' : 'broken') : data !== undefined ? 'ok' : 'working'

const verdicts: Record<string, string> = {
  'The record verifies': 'ok',
  'The record does not verify': 'broken',
}

/** Each thing that was checked here, with its outcome in words. */
export function Checks({ head, entries }: Props) {
  const cache = useQueryClient()
  const headState = stateOf(head)
  // Against a head that does not hold, nothing can be checked.
  const entriesState = headState === 'ok' ? stateOf(entries) : headState === 'broken' ? 'unknown' : headState
  const verdict =
    headState === 'ok' && entriesState === 'ok'
      ? 'The record verifies'
      : headState === 'broken' || entriesState === 'broken'
        ? 'The record does not verify'
        : headState === 'unknown' || entriesState === 'unknown'
          ? 'The record could not be checked'
          : 'Checking the record'
  const before = head.data?.before ?? null
  return (
    <section className="verify-checks" aria-labelledby="checks-title">
      <div role="status">
        <h2 id="checks-title" data-verdict={verdicts[verdict]}>
          {verdict}
        </h2>
      </div>
      <p className="dim">Checked in this browser with the journal’s public key, not by the server.</p>
      <ol>
        <Step state={headState} title="The newest checkpoint is signed by the journal’s key">
          {headState === 'ok' && head.data !== undefined && (
            <>
              {count(head.data.head.size)} entries, signed <When at={head.data.at} /> by{' '}
              <code className="key">
                <VisibleText text={head.data.head.signer} />
              </code>
            </>
          )}
        </Step>
        <Step state={headState} title="It extends the checkpoint this browser remembers">
          {headState === 'ok' &&
            (before === null ? (
              'This browser had none yet. It keeps this one, and will notice if the record is ever rewritten.'
            ) : (
              <>
                {count(before.size)} entries, remembered <When at={before.checkedAt} />: all of them are still
                there, in the same order
              </>
            ))}
        </Step>
        <Step state={entriesState} title="The newest entries are in it, unchanged">
          {entriesState === 'ok' && entries.data !== undefined && entriesWords(entries.data)}
        </Step>
      </ol>
      <Why error={head.error ?? entries.error} />
      {headState === 'broken' && (
        <Button
          className="danger"
          onClick={() => {
            forget()
            void cache.invalidateQueries({ queryKey: ['head-check'] })
          }}
        >
          Forget what this browser remembers
        </Button>
      )}
    </section>
  )
}

function entriesWords(sequences: readonly number[]): string {
  if (sequences.length === 0) return 'None of the entries is yours yet'
  if (sequences.length === 1) return `#${count(sequences[0]!)}`
  return `${sequences.length} of them, #${count(sequences[0]!)} to #${count(sequences.at(-1)!)}, each by its own path to the checkpoint`
}

function Step({ state, title, children }: { state: State; title: string; children: ReactNode }) {
  const [glyph, tone, word] = looks[state]
  return (
    <li>
      <Glyph of={glyph} tone={tone} />
      <span>
        <b>{title}</b> <span className={`tone-${tone}`}>{word}</span>
        <br />
        <span className="dim">{children}</span>
      </span>
    </li>
  )
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function Why({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  const isAnswer = error instanceof Refused
  return (
    <div className={isAnswer ? 'verdict-why wait' : 'verdict-why'} role="alert">
      <VisibleText text={isAnswer ? asRefused(error).message : sentence((error as Error).message)} />
      {!isAnswer &&
        '. Do not rely on the record. Save a checkpoint from another browser or an agent, then run the verifier.'}
    </div>
  )
}
