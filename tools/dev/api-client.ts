/** Speaks to a running server as one person. Throws with the server's own sentence. */
export async function signedIn(url: string, username: string, password: string) {
  const first = await post(url, 'auth.sign-in', { username, password })
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return {
    tell: async <T>(name: string, input: object): Promise<T> =>
      (await post(url, name, input, cookie)).json() as Promise<T>,
    ask: async <T>(name: string, query: Record<string, string> = {}): Promise<T> => {
      const answer = await fetch(`${url}/api/${name}?${new URLSearchParams(query)}`, { headers: { cookie } })
      return (await checked(answer)).json() as Promise<T>
    },
  }
}

export type ApiClient = Awaited<ReturnType<typeof signedIn>>

async function post(url: string, name: string, input: object, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(cookie !== '' && { cookie }) }
  return checked(await fetch(`${url}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(input) }))
}

async function checked(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(((await answer.json()) as { message: string }).message)
  return answer
}
