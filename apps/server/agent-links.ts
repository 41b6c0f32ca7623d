import { toBase64 } from '../../base/common/journal/bytes.ts'
import type { Journal } from '../../base/server/journal/journal.ts'
import type { NativeLinks } from '../../wire/server/native/native-links.ts'

/** The line of a signed note that names the key: `— <name> <key id and signature>`. */
const signerOf = (note: string) => {
  const [, name, signature] = note.trimEnd().split('\n').at(-1)!.split(' ')
  return `${name} ${signature!.slice(0, 5)}`
}

/**
 * Hands agents what they keep of the journal: each new head with a proof, and each new key.
 * @returns what ends it.
 */
export async function publishToAgents(journal: Journal, agents: NativeLinks): Promise<() => void> {
  let known = 0
  let signer = ''
  const publishKeys = async () => {
    const { rotations } = await journal.read.keys()
    const added = rotations.slice(known)
    known = rotations.length
    agents.publishKeys(added.map(({ newKey, ...rotation }) => ({ key: newKey, ...pick(rotation) })))
  }
  const publish = async ({ note, size }: { note: string; size: number }) => {
    const signedBy = signerOf(note)
    if (signedBy !== signer) await publishKeys()
    signer = signedBy
    agents.publishCheckpoint({
      note,
      size,
      proofFrom: async (fromSize) => (await journal.read.consistency(fromSize, size)).path.map(toBase64),
    })
  }
  if ((await journal.health()).state !== 'refused') await publish(journal.head())
  // Heads come often and in order; a key that changed is sent before the first head it signed.
  let last: Promise<void> = Promise.resolve()
  return journal.onSealed((head) => {
    last = last.then(() => publish(head)).catch(() => {})
  })
}

const pick = ({
  oldKey,
  endorsement,
  acceptance,
}: {
  oldKey: string
  endorsement: string
  acceptance: string
}) => ({
  oldKey,
  endorsement,
  acceptance,
})
