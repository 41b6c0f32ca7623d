import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Refused } from '../../../../base/web/client/refused.ts'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { NotFoundPage } from '../../../../base/web/shell/NotFoundPage.tsx'
import { identity } from '../client.ts'
import { PersonDetail } from './PersonDetail.tsx'

/** One person in their own page. */
export function PersonPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { data, error } = useQuery(identity.ask('person.read', { id }))
  if (error instanceof Refused && (error.status === 404 || error.status === 400)) return <NotFoundPage />
  return (
    <>
      <PageHead
        title={data === undefined ? 'Person' : visible(data.name)}
        crumb={{ label: 'People', to: '/people' }}
      />
      <div className="person-page">
        <PersonDetail id={id} />
      </div>
    </>
  )
}
