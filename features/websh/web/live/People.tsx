import { Popover } from '@mantine/core'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import type { Present } from '../../common/attach.ts'
import type { ViewerMode } from '../../common/terminal.ts'
import './live.css'

export const modeWords: Record<ViewerMode, string> = { owner: 'owner', watch: 'watches', guest: 'guest' }

/** Who is at the terminal now; always in sight of its owner. */
export function People({ people, ownId }: { people: readonly Present[]; ownId: string | undefined }) {
  const others = people.filter(({ id }) => id !== ownId)
  return (
    <Popover width={340} position="bottom-end" shadow="md" offset={6} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={others.some(({ mode }) => mode !== 'owner') ? 'present others' : 'present'}
        >
          <span className="faces">
            {people.slice(0, 5).map(({ id, name, mode }) => (
              <span key={id} className={mode === 'guest' ? 'face square' : 'face'} aria-hidden="true">
                {visible(name).slice(0, 2).toUpperCase()}
              </span>
            ))}
          </span>
          <span className="num">{others.length === 0 ? 'Only you' : `${people.length} here`}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="People at this terminal">
        <h2>At this terminal now</h2>
        <Facts
          of={people.map((person) => [
            `${visible(person.name)}${person.id === ownId ? ' (you)' : ''}`,
            <span key={person.id} className="dim">
              {modeWords[person.mode]}
              {person.readOnly && person.mode === 'guest' ? ', looks only' : ''} since{' '}
              <When at={person.joinedAt} />
              {person.remoteAddress !== '' && (
                <>
                  {' '}
                  from <VisibleText text={person.remoteAddress} />
                </>
              )}
            </span>,
          ])}
        />
        <p className="dim">Who comes and goes is recorded.</p>
      </Popover.Dropdown>
    </Popover>
  )
}
