import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { Frame } from '../Frame.tsx'
import { peopleViews } from '../views.ts'
import { GroupList } from './GroupList.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { NewGroupDialog } from './NewGroupDialog.tsx'
import { NewPersonDialog } from './NewPersonDialog.tsx'
import { PersonList } from './PersonList.tsx'

/** Who may come in, and the groups through which they reach servers. Auditors read it. */
export function PeoplePage() {
  const [filter, change] = useUrlFilter()
  const { role } = useViewer()
  const groups = filter['view'] === 'groups'
  const close = () => change({ new: undefined })
  const isNew = (what: string) => role === 'admin' && filter['new'] === what
  return (
    <>
      <Frame title="People and tokens" views={peopleViews(groups ? 'Groups' : 'People')}>
        {role === 'admin' &&
          (groups ? (
            <Button
              variant="filled"
              leftSection={<IconPlus size={14} />}
              onClick={() => change({ new: 'group' })}
            >
              Add a group
            </Button>
          ) : (
            <>
              <Button onClick={() => change({ new: 'person' })}>Add with a password</Button>
              <Button
                variant="filled"
                leftSection={<IconPlus size={14} />}
                onClick={() => change({ new: 'invitation' })}
              >
                Invite a person
              </Button>
            </>
          ))}
      </Frame>
      {groups ? <GroupList /> : <PersonList />}
      {isNew('invitation') && <InviteDialog onClose={close} />}
      {isNew('person') && <NewPersonDialog onClose={close} />}
      {isNew('group') && <NewGroupDialog onClose={close} />}
    </>
  )
}
