import type { Fault } from '../../../../base/common/fault.ts'
import { singleSignOnFaults } from '../../common/single-sign-on-faults.ts'

/** The sentence of a code in the address; a code nobody gave says no more than that it did not work. */
export function refusedWords(code: string): string {
  const makers: Readonly<Record<string, (...words: never[]) => Fault>> = singleSignOnFaults
  const make = code.startsWith('auth.') && Object.hasOwn(makers, code) ? makers[code] : undefined
  return make?.().message ?? 'That sign-in did not work. Begin again.'
}
