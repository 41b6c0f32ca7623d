import { mayUseServer } from '../../../base/common/bounds.ts'
import type { Actor } from '../../../base/server/actor.ts'
import { serverFaults } from '../common/faults.ts'

/** A token changes only servers its rules name. @throws server.out_of_bounds */
export function mustBeInBounds({ bounds }: Actor, server: { readonly id: string; readonly name: string }) {
  if (bounds && !mayUseServer(bounds, server.id)) throw serverFaults['server.out_of_bounds'](server.name)
}
