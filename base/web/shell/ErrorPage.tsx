import { ReadError } from '../parts/ReadError.tsx'

/** What a page shows when it could not be drawn at all. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  return <ReadError what="This page" error={error} onAgain={reset} />
}
