import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { identity } from '../client.ts'

/** Asks the provider what it is. What is typed and not saved yet is asked as it is typed. */
export function ProviderTest({ issuer, isSaved }: { issuer: string; isSaved: boolean }) {
  const ask = identity.useTell('single-sign-on.test')
  return (
    <div className="provider-test">
      <div>
        <Button
          onClick={() => ask.mutate(isSaved ? {} : { issuer })}
          loading={ask.isPending}
          disabled={issuer.trim() === ''}
        >
          Test the provider
        </Button>
      </div>
      <div role="status">
        {ask.data && (
          <ul>
            {ask.data.findings.map(({ isProblem, words }) => (
              <li key={words} className={isProblem ? 'is-problem' : ''}>
                {isProblem ? (
                  <IconAlertTriangle size={14} aria-label="Problem" />
                ) : (
                  <IconCheck size={14} aria-label="Good" />
                )}
                <VisibleText text={words} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {ask.error && (
        <p className="form-error" role="alert">
          {visible(ask.error.message)}
        </p>
      )}
    </div>
  )
}
