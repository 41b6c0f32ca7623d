// Runs before the first paint, so that the page never flashes in the other scheme.
;(() => {
  let kept = null
  try {
    kept = localStorage.getItem('annals.scheme')
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const fixed = kept === 'light' || kept === 'dark'
  const dark = fixed ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
