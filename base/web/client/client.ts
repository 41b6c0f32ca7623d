import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Api, Channel, Command, Query } from '../../common/api.ts'
import { readFrom, tell } from './http.ts'
import type { Refused } from './refused.ts'
import { type ChannelEvents, useSubscription } from './use-subscription.ts'

type NamesOf<A extends Api, K> = { [N in keyof A]: A[N] extends K ? N : never }[keyof A] & string
// biome-ignore lint/suspicious/noExplicitAny: stands for every schema
type AnyQuery = Query<any, any>
// biome-ignore lint/suspicious/noExplicitAny: stands for every schema
type AnyCommand = Command<any, any>
// biome-ignore lint/suspicious/noExplicitAny: stands for every schema
type AnyChannel = Channel<any, any>
type In<E> = E extends { in: infer I extends z.ZodType } ? z.input<I> : never
type Out<E> = E extends { out: infer O extends z.ZodType } ? z.output<O> : never

export type AnswerOf<A extends Api, N extends keyof A> = Out<A[N]>
export type AskOf<A extends Api, N extends keyof A> = In<A[N]>

/**
 * The contract of one feature as the browser uses it. Only types are taken from it: the server checked what it sends,
 * so nothing is parsed again here.
 */
export function clientOf<A extends Api>() {
  const read = <N extends NamesOf<A, AnyQuery>>(name: N, input: In<A[N]>, signal?: AbortSignal) =>
    readFrom(name, input as Record<string, unknown>, signal) as Promise<Out<A[N]>>

  /** Everything TanStack Query needs to know about one query: its key begins with the endpoint's name. */
  const ask = <N extends NamesOf<A, AnyQuery>>(name: N, input: In<A[N]>) => ({
    queryKey: [name, input] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => read(name, input, signal),
  })

  /** An act. `refreshes` names the queries whose answers are stale after it. */
  const useTell = <N extends NamesOf<A, AnyCommand>>(name: N, refreshes: readonly string[] = []) => {
    const cache = useQueryClient()
    return useMutation<Out<A[N]>, Refused, In<A[N]>>({
      mutationFn: (input) => tell(name, input as Record<string, unknown>) as Promise<Out<A[N]>>,
      onSuccess: () => refresh(cache, refreshes),
    })
  }

  /** A live stream, for as long as the component is there. `input` null: not now. */
  const useChannel = <N extends NamesOf<A, AnyChannel>>(
    name: N,
    input: In<A[N]> | null,
    events: ChannelEvents<Out<A[N]>>,
  ) => useSubscription(name, input as Record<string, unknown> | null, events as ChannelEvents<unknown>)

  return { read, ask, useTell, useChannel }
}

const refresh = (cache: QueryClient, names: readonly string[]) =>
  Promise.all(names.map((name) => cache.invalidateQueries({ queryKey: [name] })))
