import { authApi } from './auth-api.ts'
import { factorsApi } from './factors-api.ts'
import { groupsApi } from './groups-api.ts'
import { linksApi } from './links-api.ts'
import { peopleApi } from './people-api.ts'
import { sessionsApi } from './sessions-api.ts'
import { settingsApi } from './settings-api.ts'
import { singleSignOnApi } from './single-sign-on-api.ts'
import { tokenApi } from './token-api.ts'

export const identityApi = {
  ...authApi,
  ...factorsApi,
  ...sessionsApi,
  ...peopleApi,
  ...groupsApi,
  ...linksApi,
  ...settingsApi,
  ...singleSignOnApi,
  ...tokenApi,
}
