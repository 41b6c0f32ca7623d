import { defineFaults } from '../../../base/common/fault.ts'

export const tokenFaults = defineFaults({
  'token.in_the_past': [
    400,
    () => 'That time has passed. Choose a later one, or leave it out for a token without an end.',
  ],
  'token.bad_address': [
    400,
    (text: string) =>
      `${text} is neither an address nor a range. Write 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.`,
  ],
  'token.too_long': [
    400,
    (limitBytes: number) =>
      `The rules of a token have at most ${limitBytes} bytes together. Make two tokens of it.`,
  ],
  'token.unknown_group': [400, (id: string) => `There is no group with the id ${id}.`],
  'token.service_by_admin': [
    403,
    () => 'Only an administrator makes a service token. Ask one, or make a token of your own.',
  ],
  'token.not_yours': [403, () => 'Only the person a token belongs to may change it.'],
  'token.disabled_by_admin': [
    403,
    () => 'An administrator disabled this token; only an administrator can enable it again.',
  ],
  'token.too_many': [409, (limit: number) => `There are ${limit} tokens in use already. Disable some first.`],
  'token.is_disabled': [409, () => 'This token is disabled. Enable it first.'],
  'token.is_enabled': [409, () => 'This token is not disabled.'],
  'token.is_expired': [409, () => 'This token has expired. Give it a later end first.'],
})
