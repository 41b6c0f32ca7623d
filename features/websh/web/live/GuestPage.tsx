import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { AnswerOf } from '../../../../base/web/client/client.ts'
import { tell } from '../../../../base/web/client/http.ts'
import type { Refused } from '../../../../base/web/client/refused.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { Logo } from '../../../../base/web/shell/Logo.tsx'
import { clock } from '../../../../base/web/time.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import { LiveScreen, useLive, useLiveView } from './LiveScreen.tsx'
import type { LiveView } from './live-view.ts'
import { PassingNotices } from './PassingNotices.tsx'
import { BrokenNotice, exitWords, LinkWord } from './StateLine.tsx'
import './guest.css'

type Joined = AnswerOf<typeof terminalApi, 'terminal.join'>

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Where a share link leads: one terminal and nothing else. The secret stands behind the #, which no browser sends. */
export function GuestPage() {
  const [secret] = useState(() => location.hash.slice(1))
  const [joined, setJoined] = useState<Joined | null>(null)
  useEffect(() => {
    document.title = 'A shared terminal · Annals'
    // Out of the address bar, so that it is in no screenshot and no history.
    history.replaceState(history.state, '', location.pathname)
  }, [])
  return joined === null ? <Join secret={secret} onJoined={setJoined} /> : <Guest joined={joined} />
}

function Join({ secret, onJoined }: { secret: string; onJoined: (joined: Joined) => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [asksPassword, setAsksPassword] = useState(false)
  const join = useMutation<Joined, Refused>({
    mutationFn: () =>
      tell('terminal.join', { secret, name, ...(password === '' ? {} : { password }) }) as Promise<Joined>,
    onSuccess: onJoined,
    onError: ({ code }) => setAsksPassword(asksPassword || code.startsWith('terminal.share_password')),
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!join.isPending && name.trim() !== '') join.mutate()
  }
  const field = ['terminal.share_password', 'terminal.share_wrong_password', 'terminal.share_locked']
  const isOfPassword = join.error !== null && field.includes(join.error.code)
  return (
    <main className="guest-door">
      <div className="guest-brand">
        <Logo size={24} />
        <b>Annals</b>
      </div>
      {secret === '' ? (
        <>
          <h1>This link is not whole</h1>
          <p role="alert">What stands behind the # is missing. Ask for the link again.</p>
        </>
      ) : (
        <form className="form" onSubmit={send}>
          <h1>You are invited to a terminal</h1>
          <p className="dim">
            Whoever sent you this link sees that you are there and by which name. What happens in the terminal
            is recorded.
          </p>
          <TextInput
            label="Your name"
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
            data-autofocus
            required
            withAsterisk={false}
          />
          {asksPassword && (
            <PasswordInput
              label="Password of the link"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={isOfPassword ? visible(join.error!.message) : undefined}
              autoComplete="off"
              autoFocus
            />
          )}
          {join.error !== null && !isOfPassword && (
            <p className="form-error" role="alert">
              <VisibleText text={join.error.message} />
            </p>
          )}
          <div>
            <Button type="submit" variant="filled" loading={join.isPending}>
              Join
            </Button>
          </div>
        </form>
      )}
    </main>
  )
}

function Guest({ joined }: { joined: Joined }) {
  const first = useRef<string | null>(joined.ticket)
  const admit = useMemo(
    () => async () => {
      const ticket =
        first.current ?? ((await tell('terminal.rejoin', { guest: joined.guest })) as Joined).ticket
      first.current = null
      return { id: joined.terminalId, ticket }
    },
    [joined],
  )
  const view = useLiveView({ admit, fits: false }, joined.terminalId)
  return (
    <main className="guest">
      {view === null ? (
        <div className="live-stage" aria-busy="true" />
      ) : (
        <GuestView joined={joined} view={view} />
      )}
    </main>
  )
}

function GuestView({ joined, view }: { joined: Joined; view: LiveView }) {
  const { link, people } = useLive(view)
  return (
    <>
      <header className="head">
        <Logo size={20} />
        <h1 className="clip">{visible(`${joined.account ?? ''} on ${joined.serverName}`.trim())}</h1>
        <div className="head-actions">
          <LinkWord view={view} />
          <span className="dim num">{people.length > 0 ? `${people.length} here` : ''}</span>
        </div>
      </header>
      <p className="live-note">
        <span>
          <VisibleText text={joined.operatorName} /> shares this terminal until{' '}
          {clock(Date.parse(joined.expiresAt), zone)}
          {joined.readOnly
            ? ', for you to look on: what you type goes nowhere.'
            : ', for you to type as well.'}{' '}
          It is recorded.
        </span>
      </p>
      <BrokenNotice view={view} />
      {(link.at === 'ended' || link.at === 'left') && (
        <div className="live-note over" role="status">
          <span>
            {link.at === 'left' ? <VisibleText text={link.message} /> : `${exitWords(link)}.`} You can close
            this page.
          </span>
        </div>
      )}
      <LiveScreen view={view}>
        <PassingNotices view={view} zone={zone} />
      </LiveScreen>
    </>
  )
}
