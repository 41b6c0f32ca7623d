import { defineFaults } from '../../../base/common/fault.ts'

/** The sentences of `auth.*` stand on the sign-in page: they say what to do, and nothing about who exists. */
export const singleSignOnFaults = defineFaults({
  'auth.single_sign_on_off': [409, () => 'Single sign-on is not set up here. Sign in with your password.'],
  'auth.single_sign_on_unreachable': [
    502,
    () => 'The identity provider does not answer. Try again in a minute, or tell an administrator.',
  ],
  'auth.single_sign_on_failed': [
    502,
    () => 'The identity provider’s answer could not be trusted. Tell an administrator; the record says why.',
  ],
  'auth.single_sign_on_cancelled': [
    403,
    () => 'The identity provider did not sign you in. Try again, or ask there why.',
  ],
  'auth.single_sign_on_expired': [
    400,
    () => 'That sign-in was begun too long ago, in another browser, or was used already. Begin again.',
  ],
  'auth.single_sign_on_busy': [
    429,
    () => 'Too many sign-ins have failed just now. Wait a minute and begin again.',
  ],
  'auth.single_sign_on_refused': [
    403,
    () => 'The identity provider knows you, but you may not sign in here. Ask an administrator.',
  ],
  'auth.single_sign_on_name_taken': [
    403,
    () =>
      'Somebody here has the username your identity provider gives you. If it is you, ask an administrator to link the two.',
  ],
  'single-sign-on.incomplete': [
    400,
    (what: string) => `Single sign-on cannot be switched on without ${what}.`,
  ],
  'single-sign-on.secret_due': [
    400,
    () => 'The client secret belongs to the provider it was given for. Give the new provider’s, or null.',
  ],
  'single-sign-on.nobody_gets_in': [
    400,
    () => 'Without a role claim everybody needs a default role. Choose one, or name the claim.',
  ],
  'single-sign-on.twice': [400, (value: string) => `The value ${value} is mapped twice. Keep one of them.`],
  'single-sign-on.unknown_group': [400, (id: string) => `There is no group with the id ${id}.`],
})
