import { NewPassword } from '../common/person.ts'

/** What a new password needs, as the contract has it. */
export const passwordWords = `At least ${NewPassword.minLength} characters.`
