import { hostname } from 'node:os'
import { readFacts } from '../../features/servers/agent/index.ts'
import { AgentRefusal } from '../../wire/agent/agent-refusal.ts'
import { baseUrl } from '../../wire/agent/base-url.ts'
import { CheckpointKeeper } from '../../wire/agent/checkpoint-keeper.ts'
import { lockDirectory } from '../../wire/agent/directory-lock.ts'
import { enrol } from '../../wire/agent/enrol.ts'
import { type Identity, loadIdentity, prepareDirectory, saveIdentity } from '../../wire/agent/identity.ts'
import { ReportQueue } from '../../wire/agent/report-queue.ts'
import { Store } from '../../wire/agent/store.ts'
import { databasePath } from './start-agent.ts'
import { agentVersion } from './version.ts'

export interface EnrolOptions {
  readonly directory: string
  readonly url: string
  readonly token: string
  readonly name?: string | undefined
}

/**
 * Enrols this machine and keeps the identity in the directory. A directory that is enrolled at the same server
 * already is left as it is, so that a start script may always pass the token.
 * @throws AgentRefusal with a sentence that says what to do.
 */
export async function enrolMachine({ directory, url, token, name }: EnrolOptions): Promise<Identity> {
  prepareDirectory(directory)
  const unlock = lockDirectory(directory)
  try {
    const before = loadIdentity(directory)
    if (before !== undefined) {
      if (before.url === baseUrl(url)) return before
      throw new AgentRefusal(
        `${directory} holds an agent of ${before.url}. To enrol this machine at ${baseUrl(url)} as well, give it its own --data.`,
      )
    }
    const facts = await readFacts()
    const called = (name ?? hostname()).trim().slice(0, 120) || 'unnamed'
    const { identity, checkpoint } = await enrol({ url, token, name: called, agentVersion, facts })
    // The queue exists before the identity does: an identity without a queue then always means that one was lost.
    const store = Store.open(databasePath(directory), { expected: false })
    const queue = new ReportQueue(store)
    const keeper = new CheckpointKeeper({ store, queue, directory, journalKey: identity.journalKey })
    if (checkpoint !== null) await keeper.offer({ note: checkpoint, fromSize: 0, proof: [] })
    store.close()
    saveIdentity(directory, identity)
    return identity
  } finally {
    unlock()
  }
}
