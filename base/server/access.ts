import { accessRows } from '../common/access.ts'
import { accessApi } from '../common/access-api.ts'
import type { Api } from '../common/api.ts'
import { type Feature, serve } from './endpoint.ts'

/** Who may see what, told by the tables that decide it. @param apis of everything that is served */
export function accessFeature(apis: () => readonly Api[]): Feature {
  return serve(
    accessApi,
    {},
    {
      'access.matrix': async () => ({
        items: accessRows(apis()).sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1)),
      }),
    },
  )
}
