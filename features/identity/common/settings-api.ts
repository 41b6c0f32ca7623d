import { z } from 'zod'
import { command, query, ROLES } from '../../../base/common/api.ts'
import { SecurityPolicy, Settings, WorkspaceSettings } from './settings.ts'

export const settingsApi = {
  'settings.read': query({
    allow: ROLES,
    about: 'Name and time zone of the workspace; administrators and auditors also see the security policy.',
    rows: 'name and time zone, not the policy',
    in: z.object({}),
    out: Settings,
  }),
  'settings.update': command({
    allow: ['admin'],
    about: 'Changes what is given. The security policy asks for a recent proof of who is there.',
    stepUpFor: Object.keys(SecurityPolicy.shape),
    peopleOnly: true,
    in: WorkspaceSettings.extend(SecurityPolicy.shape).partial(),
    out: Settings,
  }),
}
