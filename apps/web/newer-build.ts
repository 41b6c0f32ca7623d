const KEY = 'annals.reloaded-at'
const AGAIN_AFTER_MILLISECONDS = 60_000
const ours = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')

// A page that was opened before the server was upgraded asks for parts that are gone. Reading the page anew gets the
// new ones; once a minute at most, so that a server that lacks them cannot make it turn in circles.
addEventListener('vite:preloadError', () => void readAnewIfNewer())

/** Without a connection a part cannot be had either, and reading anew would lose what is on the page. */
async function readAnewIfNewer(): Promise<void> {
  const last = Number(sessionStorage.getItem(KEY) ?? 0)
  if (Date.now() - last < AGAIN_AFTER_MILLISECONDS || !ours) return
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => null)
  if (answer === null || !answer.ok || (await answer.text()).includes(ours)) return
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
}
