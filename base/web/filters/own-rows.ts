import type { Viewer } from '../viewer.ts'
import type { UrlFilter } from './use-url-filter.ts'

/** Owners and managers of a group who are let see more than what is theirs can ask for all of it. */
export const maySeeMore = ({ role, seesGroupRecord }: Pick<Viewer, 'role' | 'seesGroupRecord'>): boolean =>
  role === 'member' && seesGroupRecord

/** Whether a list is of one's own rows: a member's is, unless `whose=all` in its address says otherwise. */
export const isOwn = ({ role }: Pick<Viewer, 'role'>, url: UrlFilter): boolean =>
  role === 'member' && url['whose'] !== 'all'

/** What a list that is called "My …" asks for: rows of nobody else, whatever else one may see. */
export const ownRows = <F extends { readonly personId?: string | undefined }>(
  filter: F,
  viewer: Pick<Viewer, 'id' | 'role'>,
  url: UrlFilter,
): F => (isOwn(viewer, url) && filter.personId === undefined ? { ...filter, personId: viewer.id } : filter)

export const whoseChoices = [{ value: 'all', label: 'all I may see' }]
