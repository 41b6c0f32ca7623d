import { newId } from '../../../../../base/common/id.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../../base/server/endpoint.ts'
import type { recordingEvents } from '../../../common/recording-events.ts'
import type { RunCommand } from '../../command-record/index.ts'
import { storeCommands } from '../commands/command-follower.ts'
import type { Recorder } from '../recorder.ts'
import { removeRecording } from '../remove.ts'
import type { RecordingParts } from '../routes.ts'
import type { Taken } from './cast-taking.ts'

interface Input {
  readonly title?: string | undefined
  readonly account?: string | undefined
}

interface Imported {
  readonly id: string
  readonly version: 2 | 3
  readonly title: string
  readonly startedAt: Date
  readonly durationMilliseconds: number
  readonly bytes: number
  readonly columns: number
  readonly rows: number
  readonly isCut: boolean
  readonly commands: readonly RunCommand[]
}

/** Of a cast, worked on together; of what became of it, written together. */
const PART_BYTES = 256 * 1024
const WRITE_BYTES = 256 * 1024

/**
 * Reads the cast as it comes, on a thread of its own, masks what was typed without echo, and records it like a terminal here; a
 * cast with an error in it, or that somebody stopped sending, leaves nothing. Then its row and what was run in it appear, in one transaction.
 */
export const importRecording = (parts: RecordingParts) =>
  inTwoSteps(
    (ask: BeforeAct<Input>) => take(parts, ask),
    async (act: Act<Input, typeof recordingEvents>, imported: Imported) => {
      const { tx, actor, input, now, record, request, announce } = act
      await tx
        .insertInto('terminal')
        .values({
          id: imported.id,
          server_id: null,
          server_name: imported.title,
          operator_id: actor.id,
          operator_name: actor.name,
          operator_kind: actor.kind === 'token' ? 'token' : 'person',
          via_id: actor.via?.id ?? null,
          via_name: actor.via?.name ?? null,
          account: input.account ?? null,
          client_type: 'import',
          address: request.address,
          client: request.client,
          cols: imported.columns,
          rows: imported.rows,
          status: 'imported',
          opened_at: now,
          started_at: imported.startedAt,
          ended_at: new Date(imported.startedAt.getTime() + imported.durationMilliseconds),
          strict: false,
        })
        .execute()
      // First, so that nobody who reads recordings behind adds to the list any more.
      await tx
        .updateTable('recording')
        .set({
          commands_length: imported.bytes,
          command_count: imported.commands.length,
          are_commands_whole: true,
        })
        .where('terminal_id', '=', imported.id)
        .execute()
      await tx.deleteFrom('terminal_command').where('terminal_id', '=', imported.id).execute()
      await storeCommands(
        tx,
        {
          terminal_id: imported.id,
          operator_id: actor.id,
          server_id: null,
          started_at: imported.startedAt,
        },
        imported.commands,
        0,
      )
      await record('recording.imported', {
        subject: { kind: 'terminal', id: imported.id },
        data: {
          format: imported.version === 2 ? 'asciicast-v2' : 'asciicast-v3',
          title: imported.title,
          startedAt: imported.startedAt.toISOString(),
          durationMilliseconds: imported.durationMilliseconds,
          bytes: imported.bytes,
          commands: imported.commands.length,
          isCut: imported.isCut,
        },
      })
      announce('terminal', imported.id)
      return { id: imported.id }
    },
  )

async function take(
  parts: RecordingParts,
  { actor, input, now, upload }: BeforeAct<Input>,
): Promise<Imported> {
  const id = newId(now.getTime())
  const { imports } = parts
  const commands: RunCommand[] = []
  let recorder: Recorder | undefined
  let bytes = 0
  const keep = async (taken: Taken): Promise<Taken> => {
    commands.push(...taken.commands)
    const { header } = taken
    if (header === undefined) return taken
    recorder ??= await parts.recordings.open({
      id,
      actor: { id: actor.id, name: actor.name, kind: actor.kind, ...(actor.via && { via: actor.via }) },
      server: undefined,
      startedAt: header.startedAt ?? now,
      columns: header.columns,
      rows: header.rows,
    })
    // Not all at once: one line may hold as much as a hundred segments.
    for (let from = 0; from < taken.stream.length; from += WRITE_BYTES)
      await recorder.write(taken.stream.subarray(from, from + WRITE_BYTES), bytes + from)
    bytes += taken.stream.length
    return taken
  }
  try {
    // One ask at a time: the next bytes are let in when these are on disk, so nothing piles up.
    for await (const part of upload!)
      for (let from = 0; from < part.length; from += PART_BYTES)
        await keep(await imports.take(id, part.subarray(from, from + PART_BYTES)))
    const { header, at, isCut } = await keep(await imports.take(id, 'end'))
    await recorder!.end('complete')
    const { version, title, startedAt, columns, rows } = header!
    return {
      id,
      version,
      title: input.title ?? title?.slice(0, 120) ?? 'Imported recording',
      startedAt: startedAt ?? now,
      durationMilliseconds: at,
      ...{ bytes, columns, rows, isCut, commands },
    }
  } catch (error) {
    await imports.drop(id)
    await recorder?.close()
    if (recorder) await removeRecording(parts, id, actor)
    throw error
  }
}
