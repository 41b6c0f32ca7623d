const KEY = 'annals.reloaded-at'
const AGAIN_AFTER_MILLISECONDS = 60_000

// A page that was opened before the server was upgraded asks for parts that are gone. Reading the page anew gets the
// new ones; once a minute at most, so that a server that lacks them cannot make it turn in circles.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem(KEY) ?? 0)
  if (Date.now() - last < AGAIN_AFTER_MILLISECONDS) return
  sessionStorage.setItem(KEY, String(Date.now()))
  event.preventDefault()
  location.reload()
})
