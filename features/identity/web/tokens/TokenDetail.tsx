import { Button, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import { roleWords, useViewer } from '../../../../base/web/viewer.ts'
import { type Token, tokenCan } from '../../common/token.ts'
import { identity } from '../client.ts'
import { pathActions } from './PathRules.tsx'
import { SecretShown } from './SecretShown.tsx'
import type { ServerChoices } from './ServerRules.tsx'
import { EditTokenDialog } from './TokenDialog.tsx'
import { kindWords } from './token-looks.ts'
import './tokens.css'

interface Props {
  readonly token: Token
  readonly choices: ServerChoices
}

/** One token: what it may do, who made it, where it was used, and what can be done with it. */
export function TokenDetail({ token, choices }: Props) {
  const { lastUsedAt, lastUsedAddress } = token
  return (
    <>
      <div className="detail-body">
        <Facts
          of={[
            ['Scopes', <Words of={token.scopes} none="none: it can ask for nothing" />],
            ['Command lines', <Words of={token.commands} none="none: it runs nothing" />],
            ['Servers', <Servers token={token} />],
            [
              'Files',
              <Words
                of={token.paths.map(
                  ({ path, action }) =>
                    `${path} (${pathActions.find(({ value }) => value === action)?.label.toLowerCase()})`,
                )}
                none="none"
              />,
            ],
            ['From', <Words of={token.addresses} none="any address" />],
          ]}
        />
        <div className="detail-side">
          <Facts
            of={[
              [
                'Acts as',
                token.person === null ? (
                  <span>
                    itself, {roleWords[token.role ?? 'member'].toLowerCase()}
                    {token.groups.length > 0 && (
                      <>
                        {' of '}
                        <VisibleText text={token.groups.map(({ name }) => name).join(', ')} />
                      </>
                    )}
                  </span>
                ) : (
                  <Actor name={token.person.name} kind="person" />
                ),
              ],
              ['Kind', kindWords[token.kind]],
              ['Made', <When at={token.createdAt} whole />],
              token.kind === 'service' && ['Made by', <VisibleText text={token.createdBy.name} />],
              ['Ends', token.expiresAt === null ? 'never' : <When at={token.expiresAt} whole />],
              token.rotatedAt !== null && ['Secret replaced', <When at={token.rotatedAt} whole />],
              ['Last used', lastUsedAt === null ? 'never' : <When at={lastUsedAt} whole />],
              lastUsedAddress !== null && ['Used from', <span className="mono">{lastUsedAddress}</span>],
              token.disabledAt !== null && ['Disabled', <When at={token.disabledAt} whole />],
              token.disabledBy !== null && ['Disabled by', <VisibleText text={token.disabledBy.name} />],
            ]}
          />
        </div>
      </div>
      <TokenActions token={token} choices={choices} />
    </>
  )
}

function Words({ of, none }: { readonly of: readonly string[]; readonly none: string }) {
  if (of.length === 0) return <span className="faint">{none}</span>
  return (
    <ul className="token-words">
      {of.map((word) => (
        <li key={word} className="mono">
          <VisibleText text={word} />
        </li>
      ))}
    </ul>
  )
}

function Servers({ token: { servers, serverNames } }: { readonly token: Token }) {
  if (servers.includes('*')) return 'every one its holder reaches'
  const names = servers.map((id) => serverNames.find((one) => one.id === id)?.name ?? `${id} (not there)`)
  return <Words of={names} none="none: it acts on no server" />
}

function TokenActions({ token, choices }: Props) {
  const viewer = useViewer()
  const [open, setOpen] = useState<'edit' | 'rotate' | null>(null)
  const disable = identity.useTell('token.disable', ['token.list', 'token.read'])
  const enable = identity.useTell('token.enable', ['token.list', 'token.read'])
  const error = disable.error ?? enable.error
  const actions: (ReactNode | false)[] = [
    tokenCan.update(token, viewer) && (
      <Button key="edit" onClick={() => setOpen('edit')}>
        Change what it may do
      </Button>
    ),
    tokenCan.rotate(token, viewer) && token.state === 'active' && (
      <Button key="rotate" onClick={() => setOpen('rotate')}>
        Replace the secret
      </Button>
    ),
    token.state === 'disabled'
      ? tokenCan.enable(token, viewer) && (
          <Button key="enable" loading={enable.isPending} onClick={() => enable.mutate({ id: token.id })}>
            Enable again
          </Button>
        )
      : tokenCan.disable(token, viewer) && (
          <Button
            key="disable"
            className="danger"
            loading={disable.isPending}
            onClick={() => disable.mutate({ id: token.id })}
          >
            Disable
          </Button>
        ),
  ]
  if (!actions.some(Boolean)) return null
  return (
    <div className="token-actions">
      {actions}
      {error !== null && (
        <span className="form-error" role="alert">
          {visible(error.message)}
        </span>
      )}
      {open === 'edit' && <EditTokenDialog token={token} choices={choices} onClose={() => setOpen(null)} />}
      {open === 'rotate' && <RotateDialog token={token} onClose={() => setOpen(null)} />}
    </div>
  )
}

function RotateDialog({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const rotate = identity.useTell('token.rotate', ['token.list', 'token.read'])
  if (rotate.data !== undefined)
    return <SecretShown secret={rotate.data.secret} name={token.name} onClose={onClose} />
  return (
    <Modal opened onClose={onClose} title="Replace the secret" size={460}>
      <div className="form">
        <p>
          <VisibleText text={token.name} /> gets a new secret, shown once. The old one ends at once: whatever
          still sends it is refused, and that is recorded.
        </p>
        {rotate.error !== null && (
          <p className="form-error" role="alert">
            {visible(rotate.error.message)}
          </p>
        )}
        <div className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="filled" loading={rotate.isPending} onClick={() => rotate.mutate({ id: token.id })}>
            Replace the secret
          </Button>
        </div>
      </div>
    </Modal>
  )
}
