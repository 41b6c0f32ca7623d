import { Radio, TextInput } from '@mantine/core'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import type { PartProps } from './SingleSignOnForm.tsx'

/** Who comes in, and how else. */
export function PeopleFields({ draft, set, fault, readOnly }: PartProps) {
  return (
    <section className="settings-section form">
      <h2>Who comes in</h2>
      <Flag
        label="Make a person at their first sign-in"
        description="Everybody the provider lets sign in to this client comes in. Without it, only people who are linked do."
        checked={draft.createsPeople}
        onChange={(createsPeople) => set({ createsPeople })}
        readOnly={readOnly}
      />
      <Flag
        label="Link people who are here by their e-mail address"
        description="Only an address the provider has verified counts, and only the first time. Whoever can get such an address verified there gets in as that person here: switch it on where the provider is your own."
        checked={draft.linksByEmail}
        onChange={(linksByEmail) => set({ linksByEmail })}
        readOnly={readOnly}
      />
      <TextInput
        label="Claim with the username"
        description="Of an e-mail address the part before the @ is taken. A name that somebody has here already lets nobody in."
        value={draft.usernameClaim}
        onChange={(event) => set({ usernameClaim: event.currentTarget.value })}
        error={fault('usernameClaim')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
      />
      <Flag
        label="Trust the provider’s second factor"
        description="Where it says by amr or acr that it asked for more than a password, no second factor is asked for here."
        checked={draft.trustsSecondFactor}
        onChange={(trustsSecondFactor) => set({ trustsSecondFactor })}
        readOnly={readOnly}
      />
      <Radio.Group
        label="Who may sign in with a password as well"
        description="Administrators always may: a provider that is down must lock nobody out for good."
        value={draft.passwordFor}
        onChange={(value) => set({ passwordFor: value as typeof draft.passwordFor })}
        error={fault('passwordFor')}
      >
        <div className="choices">
          <Radio value="everyone" label="Everybody who has one" disabled={readOnly} />
          <Radio value="admins" label="Administrators only" disabled={readOnly} />
        </div>
      </Radio.Group>
    </section>
  )
}
