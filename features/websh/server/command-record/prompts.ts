/** Prompts of well-known read-eval-print loops: what stands before the cursor on its row. */
const REPL_PROMPT =
  /^(>>> |\.\.\. ?|\s*\.\.\.> |sqlite> |In \[\d+\]: |\s*\.{3,}: |(mysql|MariaDB \[.*\]|ftp|sftp|lftp .*|ghci|duckdb|D|lua|irb\(.*\)(:\d+)*[>*"']|pry\(.*\)|redis .*|[\d.]+:\d+(\[\d+\])?)> ?|\s+-> |[\w-]+[=\-'"(*^!][#>] |\(Pdb\) |\(gdb\) |\(lldb\) |[>|] )$/
const SIGILS = new Set([...'$#%>❯➜»λ▶⟩→›❱⇒⟫☿⚡✗✔✓✘▸▪◆'])
/** A prompt that asks for something, as programs do: `Name: `, `Continue? [Y/n] `. */
const QUESTION = /[:?\])] ?$/

const sigilOf = (tail: string): string | undefined => [...tail.trimEnd()].at(-1)
const shapeOf = (tail: string): string => tail.trimEnd().replace(/\d+/g, '0')

export const isReplPrompt = (tail: string): boolean => REPL_PROMPT.test(tail)

/** Whether what stands before the cursor looks like a shell's prompt at all. */
export const isPlausible = (tail: string): boolean => {
  const sigil = sigilOf(tail)
  return sigil !== undefined && SIGILS.has(sigil)
}

export const isQuestion = (tail: string): boolean => QUESTION.test(tail.trimEnd())

/** Whether it asks for what one needs to come in at all: nothing before the first shell asks for anything else. */
export const isAnswered = (tail: string): boolean =>
  isQuestion(tail) && /\b(login|user|username|pass\w*|pin|code|otp|token|yes|no|y|n|continue)\W*$/i.test(tail)

/** PS2 of bash and dash, and zsh's, which names what is open: `> `, `quote> `, `for then> `. */
export const isContinuation = (tail: string): boolean =>
  /^((quote|dquote|bquote|heredocd?|cmdsubst|cmdand|cmdor|pipe|errpipe|for|while|repeat|select|until|if|then|else|elif|math|mathsubst|cond|braceparam|array|subsh|cursh|function|foreach|case|elif-then|always) ?)*> ?$/.test(
    tail,
  )

/** Whether it is a prompt seen before, or ends as prompts do, with the blank after the sign. */
export const isPromptOf =
  (tails: readonly string[]) =>
  (tail: string): boolean =>
    likeness(tail, tails) === 'exact' || ((isPlausible(tail) || isReplPrompt(tail)) && tail.endsWith(' '))

/** `~ ✓ ` and `~ ✗ `, `box:~$ ` and `box:~# `: the sign says how the last command ended, or who one is. */
function isSameButSign(one: string, other: string): boolean {
  if (!isPlausible(one) || !isPlausible(other)) return false
  const [a, b] = [[...one.trimEnd()], [...other.trimEnd()]]
  return a.length > 2 && a.slice(0, -1).join('') === b.slice(0, -1).join('')
}

export type Likeness = 'exact' | 'same shape' | 'same sigil' | undefined

/** How much a prompt looks like one seen before. What stood on the row before it was printed does not count. */
export function likeness(tail: string, known: readonly string[], isLoose = false): Likeness {
  if (known.some((candidate) => candidate.trim() !== '' && tail.endsWith(candidate))) return 'exact'
  if (known.includes(tail)) return 'exact'
  const shape = shapeOf(tail)
  const isShaped = (candidate: string) =>
    candidate === shape || (candidate.length >= 4 && shape.endsWith(candidate))
  if (known.some((candidate) => isShaped(shapeOf(candidate)))) return 'same shape'
  const sigil = sigilOf(tail)
  if (sigil !== undefined && SIGILS.has(sigil) && known.some((candidate) => sigilOf(candidate) === sigil))
    return 'same sigil'
  if (known.some((candidate) => isSameButSign(candidate, tail))) return 'same sigil'
  const end = tail.slice(-2)
  if (isLoose && known.some((candidate) => candidate.endsWith(end) && candidate[0] === tail[0]))
    return 'same sigil'
  return undefined
}
