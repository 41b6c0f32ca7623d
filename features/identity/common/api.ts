import { authApi } from './auth-api.ts'
import { peopleApi } from './people-api.ts'
import { tokenApi } from './token-api.ts'

export const identityApi = { ...authApi, ...peopleApi, ...tokenApi }
