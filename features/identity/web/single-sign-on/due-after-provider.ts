import { SecondFactor } from '../../common/sign-in.ts'
import type { Due } from '../PasswordStep.tsx'

/** Back from the provider, the address says which second factor would do. What it says wrongly, the server refuses. */
export function dueAfterProvider({ step, methods }: { step?: string; methods?: string }): Due | null {
  if (step !== 'second-factor') return null
  const known = String(methods ?? '')
    .split(',')
    .flatMap((name) => SecondFactor.safeParse(name).data ?? [])
  if (known.length === 0) return null
  return { next: known.includes('passkey') ? 'passkey' : 'totp', methods: known }
}
