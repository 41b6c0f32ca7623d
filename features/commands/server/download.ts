import { baseFaults } from '../../../base/common/fault.ts'
import type { Ask, FileAnswer } from '../../../base/server/endpoint.ts'
import { statusWords } from '../common/command.ts'
import { commandsFaults } from '../common/faults.ts'
import type { CommandsParts } from './parts.ts'
import { PieceReader } from './piece-reader.ts'
import { isDownloadable } from './rows.ts'

interface Input {
  readonly id: string
  readonly stream: 'both' | 'stdout' | 'stderr'
}

/** The exact bytes, from the blob where there is one, else from the rows. */
export const download =
  ({ db, blobs }: Pick<CommandsParts, 'db' | 'blobs'>) =>
  async ({ actor, read, input, viewed }: Ask<Input>): Promise<FileAnswer> => {
    const command = await read
      .selectFrom('command')
      .select([
        'id',
        'state',
        'finished_at',
        'output_length',
        'output_blob',
        'operator_id',
        'operator_name',
        'server_id',
        'server_name',
      ])
      .where('id', '=', input.id)
      .executeTakeFirst()
    if (command === undefined) throw baseFaults['request.not_found']('command')
    if (command.finished_at === null)
      throw commandsFaults['command.output_arriving'](statusWords[command.state].toLowerCase())
    // What leaves as a file and is another's is in the record, as every export is.
    if (command.operator_id !== actor.id)
      viewed({
        what: `the output of a command of ${command.operator_name ?? 'the agent'}, as a file`,
        subject: { kind: 'command', id: command.id },
        server: { id: command.server_id, name: command.server_name },
      })
    const wanted = input.stream === 'both' ? [1, 2] : input.stream === 'stdout' ? [1] : [2]
    const blob = command.output_blob
    const body = async function* () {
      if (!isDownloadable(command)) return
      if (blob === null) {
        const rows = db
          .selectFrom('command_output')
          .select(['track', 'bytes'])
          .where('command_id', '=', command.id)
          .orderBy('start')
        for (const { track, bytes } of await rows.execute())
          if (wanted.includes(track)) yield bytes as Uint8Array
        return
      }
      const reader = new PieceReader(0)
      for await (const bytes of blobs.read(blob))
        for (const piece of reader.push(bytes)) if (wanted.includes(piece.track)) yield piece.bytes
    }
    return {
      name: `command-${command.id}-${input.stream}.txt`,
      contentType: 'application/octet-stream',
      body: body(),
    }
  }
