/** Asks whoever sits there to prove that it is them. @returns false when they would rather not */
export type AskForProof = () => Promise<boolean>

let ask: AskForProof = async () => false
let asking: Promise<boolean> | null = null

/** Says who asks. @returns the function that takes it back */
export function whenProofIsDue(react: AskForProof): () => void {
  ask = react
  return () => {
    if (ask === react) ask = async () => false
  }
}

/** However many requests find that a proof is due, it is asked for once. */
export function proofIsGiven(): Promise<boolean> {
  asking ??= ask().finally(() => {
    asking = null
  })
  return asking
}
