import { Fragment } from 'react'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import { span } from '../../../base/web/time.ts'
import { type CommandDetail, type CommandStatus, statusWords } from '../common/command.ts'
import { statusLooks } from './command-status.ts'
import { stateWord } from './state-words.ts'

const SHOWN_MAX = 12

/** When each state was reached, and how long it took to the next. */
export function States({ command }: { command: CommandDetail }) {
  const { states } = command
  // A command that went silent and came back many times keeps its beginning and its end here.
  const shown =
    states.length > SHOWN_MAX ? [...states.slice(0, 4), ...states.slice(-(SHOWN_MAX - 4))] : states
  return (
    <ol className="steps" aria-label="States">
      {shown.map(({ state, at }, index) => {
        const before = shown[index - 1]
        return (
          <Fragment key={`${state} ${at}`}>
            {before !== undefined && (
              <li className="gap num" aria-hidden="true">
                {span(Math.max(0, (Date.parse(at) - Date.parse(before.at)) / 1000))}
              </li>
            )}
            <li className={toneOf(state)}>
              <b>
                <VisibleText text={stateWord(state)} />
              </b>
              <span className="faint">
                <When at={at} fine />
              </span>
            </li>
          </Fragment>
        )
      })}
    </ol>
  )
}

function toneOf(state: string): string | undefined {
  const word = statusWords[state as CommandStatus]
  const tone = word === undefined ? undefined : statusLooks[word][1]
  return tone === 'fail' || tone === 'wait' ? `tone-${tone}` : undefined
}
