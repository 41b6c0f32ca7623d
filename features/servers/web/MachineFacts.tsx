import { Facts as FactList } from '../../../base/web/parts/Facts.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import { count, size } from '../../../base/web/time.ts'
import type { Facts } from '../../../wire/common/facts.ts'

interface Props {
  readonly facts: Facts | null
  readonly at: string | null
  readonly isRead: boolean
}

/** What an agent says about its machine. */
export function MachineFacts({ facts, at, isRead }: Props) {
  if (facts === null)
    return <p className="faint">{isRead ? 'The agent has said nothing about this machine yet.' : ''}</p>
  const people = facts.accounts.filter(({ uid }) => uid === 0 || (uid >= 1000 && uid < 60_000))
  const addresses = facts.interfaces.flatMap(({ name, addresses: list }) =>
    list.map((address) => `${name} ${address}`),
  )
  return (
    <FactList
      of={[
        ['Host name', <VisibleText text={facts.hostname} />],
        ['System', <VisibleText text={`${facts.os.name} ${facts.os.version}`.trim()} />],
        ['Kernel', <VisibleText text={`${facts.os.kernel}, ${facts.os.architecture}`} />],
        ['Machine', `${count(facts.cpus)} CPUs, ${size(facts.memoryBytes)} memory`],
        facts.bootedAt !== null && ['Booted', <When at={facts.bootedAt} />],
        [
          'Agent runs as',
          <>
            <VisibleText text={facts.runsAs.name} />
            {facts.runsAs.uid !== 0 && ', so it can run commands as no one else'}
          </>,
        ],
        [
          'Accounts',
          <>
            {count(facts.accounts.length)}
            {people.length > 0 && (
              <>
                , among them{' '}
                <VisibleText
                  text={people
                    .slice(0, 8)
                    .map(({ name }) => name)
                    .join(', ')}
                />
              </>
            )}
          </>,
        ],
        ['Groups', count(facts.groups.length)],
        [
          'Addresses',
          <code>
            <VisibleText text={addresses.slice(0, 6).join('  ') || '–'} />
          </code>,
        ],
        [
          'Disks',
          facts.disks.length === 0
            ? '–'
            : facts.disks.slice(0, 6).map(({ mount, totalBytes, freeBytes }) => (
                <span key={mount} className="block">
                  <code>
                    <VisibleText text={mount} />
                  </code>{' '}
                  <span className="dim">
                    {size(freeBytes)} free of {size(totalBytes)}
                  </span>
                </span>
              )),
        ],
        facts.truncated > 0 && ['Left out', `${count(facts.truncated)} more facts than fit`],
        at !== null && ['Said', <When at={at} whole />],
      ]}
    />
  )
}
