import { useNavigate } from '@tanstack/react-router'

export type Search = Readonly<Record<string, string | undefined>>

/** Goes to a page of the console. */
export function useGo() {
  const navigate = useNavigate()
  return (to: string, search: Search = {}, replace = false) =>
    void navigate({ to: to as '/', search: search as never, replace })
}
