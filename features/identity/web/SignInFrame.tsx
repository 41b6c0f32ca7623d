import { type ReactNode, useEffect } from 'react'
import { Logo } from '../../../base/web/shell/Logo.tsx'
import { Ledger } from './Ledger.tsx'
import './sign-in.css'

/** The two halves of every page before the console: what to do, and the record, drawn. */
export function SignInFrame({ children }: { children: ReactNode }) {
  useEffect(() => {
    document.title = 'Sign in · Annals'
  }, [])
  return (
    <div className="signin">
      <main className="signin-side">
        <div className="signin-brand">
          <Logo size={24} />
          <b>Annals</b>
        </div>
        {children}
        <footer className="faint signin-foot">
          {location.host} · version {__ANNALS_VERSION__}
        </footer>
      </main>
      <div className="signin-art">
        <Ledger />
        <p>
          <b>Who did what, where, and who said yes.</b>
          <br />
          Sealed as it happens, and provable later without us.
        </p>
      </div>
    </div>
  )
}
