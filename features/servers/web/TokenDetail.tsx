import { Action } from '../../../base/web/parts/Action.tsx'
import { Facts } from '../../../base/web/parts/Facts.tsx'
import type { GlyphName, Tone } from '../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import { count } from '../../../base/web/time.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import type { ServerToken } from '../common/server.ts'
import { servers } from './client.ts'

export const tokenLooks: Record<ServerToken['state'], { glyph: GlyphName; tone: Tone; word: string }> = {
  active: { glyph: 'check', tone: 'ok', word: 'Active' },
  expired: { glyph: 'clock', tone: 'quiet', word: 'Expired' },
  'used up': { glyph: 'check', tone: 'quiet', word: 'Used up' },
  revoked: { glyph: 'bar', tone: 'fail', word: 'Revoked' },
}

export const timesWords = (n: number): string => (n === 0 ? 'never' : n === 1 ? 'once' : `${count(n)} times`)

export function TokenDetail({ token }: { token: ServerToken }) {
  const { role } = useViewer()
  const revoke = servers.useTell('server-token.revoke', ['server-token.list'])
  return (
    <>
      <Facts
        of={[
          ['Token', <VisibleText text={token.name} />],
          ['Groups', <VisibleText text={token.groups.map(({ name }) => name).join(', ') || 'none'} />],
          ['Used', timesWords(token.usedCount)],
          token.usesLeft !== null && ['Left', count(token.usesLeft)],
          ['Made', <When at={token.createdAt} whole />],
          ['Expires', token.expiresAt === null ? 'never' : <When at={token.expiresAt} whole />],
        ]}
      />
      {role === 'admin' && (
        <div className="detail-actions">
          <Action
            className="danger"
            loading={revoke.isPending}
            disabledReason={token.state === 'active' ? undefined : 'Nothing can enrol with it any more.'}
            onClick={() => revoke.mutate({ id: token.id })}
          >
            Revoke the token
          </Action>
          <span className="faint">Machines already enrolled stay.</span>
          {revoke.error !== null && (
            <span className="form-error" role="alert">
              {visible(revoke.error.message)}
            </span>
          )}
        </div>
      )}
    </>
  )
}
