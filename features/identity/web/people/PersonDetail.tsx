import { useQuery } from '@tanstack/react-query'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { To } from '../../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import { roleWords, useViewer } from '../../../../base/web/viewer.ts'
import type { PersonDetail as Person } from '../../common/person.ts'
import { identity } from '../client.ts'
import { PersonActions } from './PersonActions.tsx'
import { PersonLinks } from './PersonLinks.tsx'
import { personLooks } from './person-looks.ts'
import './people.css'

/** One person: what is known, what can be done, the links made for them. */
export function PersonDetail({ id }: { id: string }) {
  const { role } = useViewer()
  // A mail that waits is on its way: how it went is seen without asking.
  const { data, error, refetch } = useQuery({
    ...identity.ask('person.read', { id }),
    refetchInterval: ({ state }) =>
      state.data?.links.some(({ mail }) => mail?.state === 'waiting') ? 2000 : false,
  })
  if (data === undefined)
    return error === null ? (
      <p className="faint" role="status">
        Reading
      </p>
    ) : (
      <ReadError what="This person" error={error} onAgain={() => void refetch()} />
    )
  return (
    <div className="detail-body even">
      <div>
        <PersonFacts person={data} />
        <PersonLinks links={data.links} mayWithdraw={role === 'admin'} />
      </div>
      <div>
        <PersonActions person={data} />
      </div>
    </div>
  )
}

const mono = (text: string) => (
  <code>
    <VisibleText text={text} />
  </code>
)

function PersonFacts({ person }: { person: Person }) {
  return (
    <Facts
      of={[
        ['Name', <VisibleText key="n" text={person.name} />],
        ['Username', mono(person.username)],
        ['Status', <Status key="s" {...personLooks[person.status]} />],
        ['Role', roleWords[person.role]],
        ['E-mail', person.email === null ? 'not known' : <VisibleText key="e" text={person.email} />],
        ['Account', person.account === null ? 'the default of each server' : mono(person.account)],
        [
          'Groups',
          person.groups.length === 0
            ? 'none'
            : person.groups.map(({ id, name, role }, index) => (
                <span key={id}>
                  {index > 0 && ', '}
                  <VisibleText text={name} />
                  {role !== 'member' && <span className="faint"> ({role})</span>}
                </span>
              )),
        ],
        ['Added', <When key="a" at={person.createdAt} whole />],
        [
          'Last sign-in',
          person.lastSignInAt === null ? 'never' : <When key="l" at={person.lastSignInAt} whole />,
        ],
        [
          'Record',
          <To key="r" to="/commands" search={{ personId: person.id }} className="link">
            Commands by this person
          </To>,
        ],
      ]}
    />
  )
}
