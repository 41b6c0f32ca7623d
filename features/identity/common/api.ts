import { authApi } from './auth-api.ts'
import { peopleApi } from './people-api.ts'

export const identityApi = { ...authApi, ...peopleApi }
