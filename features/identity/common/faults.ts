import { defineFaults } from '../../../base/common/fault.ts'

export const identityFaults = defineFaults({
  'auth.wrong_credentials': [401, () => 'That name and password do not match.'],
  'auth.too_many_attempts': [
    429,
    (seconds: number) => `Too many attempts. Wait ${seconds} s before the next one.`,
  ],
  'auth.wrong_current_password': [403, () => 'The current password is not that one.'],
  'auth.common_password': [
    400,
    () => 'That password is among the first anyone would try. Choose another, best a few unrelated words.',
  ],
  'person.username_taken': [
    409,
    (username: string) => `Someone is already called ${username}. Choose another username.`,
  ],
  'person.last_admin': [
    409,
    () => 'This is the last administrator. Make someone else an administrator first.',
  ],
  'group.name_taken': [
    409,
    (name: string) => `There is already a group called ${name}. Choose another name.`,
  ],
  'group.unknown_person': [400, (id: string) => `There is no person with the id ${id}.`],
})
