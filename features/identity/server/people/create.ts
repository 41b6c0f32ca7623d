import type { z } from 'zod'
import { newId } from '../../../../base/common/id.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { peopleApi } from '../../common/people-api.ts'
import type { peopleEvents } from '../../common/people-events.ts'
import { hashPassword, refuseCommon } from '../sign-in/password.ts'
import { expectFreeUsername } from './hold-person.ts'
import { personOf } from './people.ts'

type Create = Act<z.output<(typeof peopleApi)['person.create']['in']>, typeof peopleEvents>

export const create = inTwoSteps(
  async ({ input, read }: BeforeAct<Create['input']>) => {
    const workspace = await read.selectFrom('workspace').select('name').executeTakeFirstOrThrow()
    refuseCommon(input.password, [input.username, input.name, workspace.name])
    return hashPassword(input.password)
  },
  async ({ tx, input, now, record }: Create, passwordHash) => {
    await expectFreeUsername(tx, input.username)
    const row = {
      id: newId(now.getTime()),
      username: input.username,
      name: input.name,
      role: input.role,
      account: input.account ?? null,
      created_at: now,
      last_sign_in_at: null,
    }
    await tx
      .insertInto('person')
      .values({ ...row, email: null, password_hash: passwordHash })
      .execute()
    await record('person.created', {
      subject: { kind: 'person', id: row.id, name: row.name },
      data: { username: row.username, name: row.name, role: row.role, account: row.account },
    })
    return personOf(row)
  },
)
