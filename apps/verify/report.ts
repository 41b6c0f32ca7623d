import { stripVTControlCharacters } from 'node:util'
import { DAMAGE, type Damage, type Outcome } from './outcome.ts'

/** Damages printed; the rest are counted. */
const SHOWN = 20

export const asJson = (outcome: Outcome): string =>
  JSON.stringify(
    { ok: outcome.damage.length === 0, ...outcome, damage: outcome.damage.slice(0, 1000) },
    null,
    2,
  )

export function asText({ checked, warnings, damage, entries, seconds }: Outcome): string {
  const rate = seconds > 0 ? Math.round(entries / seconds) : entries
  const first = damage[0]
  return [
    ...checked.map((line) => `  ${line}`),
    ...warnings.map((line) => `! ${line}`),
    ...damage.slice(0, SHOWN).map(describe),
    ...(damage.length > SHOWN ? [`✗ … and ${damage.length - SHOWN} more`] : []),
    first === undefined
      ? `✓ All of it holds. ${entries === 1 ? 'One entry' : `${entries} entries`} in ${seconds.toFixed(2)} s (${rate} entries/s).`
      : `✗ DAMAGED: ${first.from === undefined ? '' : `first at entry ${first.from}: `}${DAMAGE[first.kind]}.`,
  ]
    .map(plain)
    .join('\n')
}

function describe({ kind, from, to, why }: Damage): string {
  const where =
    from === undefined
      ? ''
      : to === undefined || to === from
        ? `entry ${from}: `
        : `entries ${from} to ${to}: `
  return `✗ ${where}${DAMAGE[kind]}: ${why}`
}

/** What an attacker wrote into a record must not act in the terminal of whoever checks it. */
const plain = (text: string): string =>
  stripVTControlCharacters(text).replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  )
