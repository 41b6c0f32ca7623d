import type { ReactNode } from 'react'

export type Fact = readonly [name: string, value: ReactNode]

/** What is known, name and value. A fact whose value is null or false is left out. */
export function Facts({ of }: { of: readonly (Fact | null | false)[] }) {
  return (
    <dl className="facts">
      {of.map((fact) =>
        fact === null || fact === false || fact[1] === null || fact[1] === false ? null : (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
