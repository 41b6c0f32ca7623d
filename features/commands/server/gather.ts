/**
 * Answers many single questions of one turn of the event loop with one question for all of them.
 * @param ask at most 500 distinct keys at a time; what it does not answer is undefined
 */
export function gather<V>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | undefined> {
  const waiting = new Map<string, { readonly answer: Promise<V | undefined> }>()
  let round: { readonly keys: string[]; readonly answers: Promise<ReadonlyMap<string, V>> } | undefined
  return (key) => {
    const asked = waiting.get(key)
    if (asked) return asked.answer
    if (round === undefined || round.keys.length >= 500) {
      const keys: string[] = []
      const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        if (round?.keys === keys) round = undefined
        for (const each of keys) waiting.delete(each)
        return ask(keys)
      })
      round = { keys, answers }
    }
    round.keys.push(key)
    const answer = round.answers.then((found) => found.get(key))
    waiting.set(key, { answer })
    return answer
  }
}
