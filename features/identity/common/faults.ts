import { defineFaults } from '../../../base/common/fault.ts'

export const identityFaults = defineFaults({
  'auth.wrong_credentials': [
    401,
    () =>
      'That name and password do not match. Try again, or ask an administrator for a link that sets a new password.',
  ],
  'auth.too_many_attempts': [
    429,
    (seconds: number) => `Too many attempts. Wait ${seconds} s before the next one.`,
    'retry-after',
  ],
  'auth.busy': [
    429,
    (seconds: number) => `Very many sign-ins are being tried just now. Wait ${seconds} s and try again.`,
    'retry-after',
  ],
  'auth.sign_in_again': [401, () => 'This sign-in has expired. Begin again with name and password.'],
  'auth.wrong_second_factor': [
    401,
    (triesLeft: number) =>
      triesLeft === 0
        ? 'That was not right, and it was the last try. Begin again with name and password.'
        : `That code or passkey is not right, or was used already. ${triesLeft} ${triesLeft === 1 ? 'try is' : 'tries are'} left.`,
  ],
  'auth.wrong_proof': [
    403,
    (method: string) =>
      method === 'password'
        ? 'That is not your password. Try again.'
        : 'That is not right, or was used already. Try again; a code counts once, so wait for the next one.',
  ],
  'auth.no_challenge': [
    409,
    () =>
      'The passkey took too long, or was asked twice. Ask for a challenge again: POST /api/auth.passkey-challenge.',
  ],
  'auth.wrong_code': [
    403,
    () => 'That is not the code the app shows now. Wait for the next one and try again.',
  ],
  'auth.no_totp_started': [
    409,
    () => 'Nothing waits to be confirmed. Begin again: POST /api/auth.start-totp.',
  ],
  'auth.passkey_refused': [
    400,
    () =>
      'What the browser sent does not fit what was asked. Begin again, at the address this console is served from.',
  ],
  'auth.passkey_needs_name': [
    409,
    (host: string) =>
      `Browsers keep passkeys for host names, not for ${host}. Open the console by a name, such as localhost or the one in ANNALS_PUBLIC_URL.`,
  ],
  'auth.too_many_passkeys': [
    409,
    (most: number) => `You have ${most} passkeys already. Remove one that is not in use.`,
  ],
  'auth.wrong_current_password': [403, () => 'The current password is not that one. Try again.'],
  'auth.common_password': [
    400,
    () => 'That password is among the first anyone would try. Choose another, best a few unrelated words.',
  ],
  'auth.password_like_name': [
    400,
    () =>
      'That password is little more than a name that others know. Choose another, best a few unrelated words.',
  ],
  'person.username_taken': [
    409,
    (username: string) => `Someone is already called ${username}. Choose another username.`,
  ],
  'person.last_admin': [
    409,
    () => 'This is the last administrator. Make someone else an administrator first.',
  ],
  'person.no_factors': [409, (name: string) => `${name} has no second factor that could be removed.`],
  'person.not_oneself': [
    409,
    (what: 'suspend' | 'remove') => `Nobody can ${what} themselves. Another administrator can do it.`,
  ],
  'person.wrong_status': [
    409,
    (name: string, status: string, what: string) => `${name} is ${status}, so they cannot be ${what}.`,
  ],
  'person.link_closed': [
    409,
    () => 'That link was used, withdrawn or has expired already. Make a new one if it is still needed.',
  ],
  'person.unknown_group': [400, (id: string) => `There is no group with the id ${id}.`],
  'auth.link_not_valid': [
    404,
    () => 'This link does not work any more: it was used, replaced, or has expired. Ask for a new one.',
  ],
  'settings.idle_beyond_life': [
    400,
    () =>
      'A session cannot be idle for longer than it lives. Make the idle limit shorter or the life longer.',
  ],
  'group.name_taken': [
    409,
    (name: string) => `There is already a group called ${name}. Choose another name.`,
  ],
  'group.unknown_person': [400, (id: string) => `There is no person with the id ${id}.`],
})
