import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { GroupList } from './GroupList.tsx'
import { NewGroupDialog } from './NewGroupDialog.tsx'
import { NewPersonDialog } from './NewPersonDialog.tsx'
import { PersonList } from './PersonList.tsx'

/** Who may sign in, and the groups through which they reach servers. */
export function PeoplePage() {
  const [filter, change] = useUrlFilter()
  const groups = filter['view'] === 'groups'
  const close = () => change({ new: undefined })
  return (
    <>
      <PageHead
        title="People and groups"
        views={[
          { label: 'People', to: '/people', current: !groups },
          { label: 'Groups', to: '/people', search: { view: 'groups' }, current: groups },
        ]}
      >
        <Button
          variant="filled"
          leftSection={<IconPlus size={14} />}
          onClick={() => change({ new: groups ? 'group' : 'person' })}
        >
          {groups ? 'Add a group' : 'Add a person'}
        </Button>
      </PageHead>
      <div className="views-narrow">
        <Button variant={groups ? 'default' : 'light'} onClick={() => change({ view: undefined })}>
          People
        </Button>
        <Button variant={groups ? 'light' : 'default'} onClick={() => change({ view: 'groups' })}>
          Groups
        </Button>
      </div>
      {groups ? <GroupList /> : <PersonList />}
      {filter['new'] === 'person' && <NewPersonDialog onClose={close} />}
      {filter['new'] === 'group' && <NewGroupDialog onClose={close} />}
    </>
  )
}
