import { defineFaults } from '../../../base/common/fault.ts'

export const serverFaults = defineFaults({
  'server.name_taken': [
    409,
    (name: string) => `There is already a server called ${name}. Choose another name.`,
  ],
  'server.unknown_group': [400, (id: string) => `There is no group with the id ${id}.`],
  'server-token.invalid': [
    403,
    () =>
      'That registration token is unknown, expired, used up or revoked. Ask an administrator for a new one.',
  ],
  'server-token.in_the_past': [
    400,
    () => 'A token that expires in the past would be of no use. Choose a later time.',
  ],
  'server-token.over': [409, (state: string) => `This token is already ${state}.`],
  'agent.keys_in_use': [
    409,
    () => 'Another server enrolled with these keys. Remove the agent’s state directory and enrol again.',
  ],
  'agent.bad_keys': [400, () => 'The signing and the sealing key must be 32 bytes each, in base64.'],
  'server.out_of_bounds': [
    403,
    (server: string) => `This token may not act on ${server}. Its person can add the server to its rules.`,
  ],
})
